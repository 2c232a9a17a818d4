#pragma once
// A dump by PostgreSQL's own pg_dump, streamed through: what we add is the proof that it is whole.

#include <string>
#include <vector>

#include "pg/client.hpp"
#include "pg/conninfo.hpp"
#include "stream/sink.hpp"

namespace sluice::pg {

enum class DumpFormat { custom, plain };

struct DumpRequest {
  Client pg_dump;
  Conninfo conninfo;
  DumpFormat format = DumpFormat::custom;
  std::vector<std::string> options;  ///< pg_dump's own: filters and switches
};

/// Writes the dump to `out`; an archive gets its end block, and plain SQL must end as such, only
/// after pg_dump has ended well. Main thread only. Throws: base::Error.
void dump(const DumpRequest& request, stream::Sink& out, const Warn& warn);

/// Roles, memberships, settings and tablespaces as SQL, by pg_dumpall. Throws: base::Error.
void dump_globals(const Client& pg_dumpall, const Conninfo& conninfo,
                  const std::vector<std::string>& options, stream::Sink& out, const Warn& warn);

}  // namespace sluice::pg
