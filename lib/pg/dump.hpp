#pragma once
// A dump whose archive says whether it is whole.
//
// The catalogue is dumped by PostgreSQL's own pg_dump, always. Rows and large objects come from it
// too, or, for an archive of some size, from several sessions on one snapshot (dump_parallel.cpp).

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "pg/client.hpp"
#include "pg/compression.hpp"
#include "pg/conninfo.hpp"
#include "stream/sink.hpp"

namespace sluice::pg {

enum class DumpFormat { custom, plain };

/// How large a table is copied by several sessions at once.
struct Split {
  static constexpr std::uint64_t kNever = ~0ULL;
  static constexpr std::uint64_t kAuto = 32 << 20;
  std::uint64_t above = kAuto;  ///< bytes in the server
};

struct DumpRequest {
  Client pg_dump;
  Conninfo conninfo;
  std::string program;  ///< our name in pg_stat_activity
  DumpFormat format = DumpFormat::custom;
  std::vector<std::string> options = {};  ///< pg_dump's own: filters and switches
  unsigned jobs = 1;                      ///< sessions that copy rows
  bool jobs_chosen = false;               ///< by the user: also for small databases
  Split split = {};
  Compression compression = {};  ///< inside the archive
};

/// Writes the dump to `out`; an archive gets its end block, and plain SQL must end as such, only
/// after all has ended well. Main thread only. Throws: base::Error.
void dump(const DumpRequest& request, stream::Sink& out, const Listener& listener);

/// Roles, memberships, settings and tablespaces as SQL, by pg_dumpall. Throws: base::Error.
void dump_globals(const Client& pg_dumpall, const Conninfo& conninfo,
                  const std::vector<std::string>& options, stream::Sink& out,
                  const Listener& listener);

}  // namespace sluice::pg
