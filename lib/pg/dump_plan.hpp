#pragma once
// What there is to copy for an archive, in its order, cut into slices that several sessions can
// work on.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pg/archive.hpp"
#include "pg/dump.hpp"
#include "pg/dump_session.hpp"

namespace sluice::pg {

/// A part of one data block of the archive: all of a table, a range of its pages, or large
/// objects.
struct Slice {
  int id = 0;                             ///< of the table of contents' entry
  bool large_objects = false;             ///< else rows
  bool first = true;                      ///< the block begins here
  bool last = true;                       ///< the block ends here
  std::uint64_t size = 0;                 ///< bytes in the server
  std::string table;                      ///< quoted, to be locked
  std::string copy;                       ///< COPY … TO STDOUT
  std::vector<std::string> objects = {};  ///< oids of large objects; none: all that there are
};

struct DumpPlan {
  std::vector<Slice> slices;
  std::uint64_t size = 0;  ///< bytes of the tables in the server
};

/// Locks all tables in `session` and plans. nullopt when there is something that pg_dump must do
/// itself; then `reason` tells what. Throws: ServerError.
[[nodiscard]] std::optional<DumpPlan> plan_dump(const Archive& archive, DumpSession& session,
                                                const DumpRequest& request, std::string& reason);

/// The table and the columns of "COPY schema.table (a, b) FROM stdin;".
struct CopyTarget {
  std::string table;   ///< quoted as it was
  std::string schema;  ///< the names
  std::string name;
  std::string columns;  ///< with their parentheses, "" when there are none
};
/// nullopt for a statement of another form.
[[nodiscard]] std::optional<CopyTarget> parse_copy(const std::string& statement);

}  // namespace sluice::pg
