#pragma once
// One archive from many sessions. pg_dump reads the catalogue on our snapshot and locks the tables;
// its header and table of contents go out as they are. Then a session of ours takes the same
// locks, pg_dump is ended, and rows and large objects are copied by several sessions on the
// snapshot, in slices that come out in the order of the table of contents. What we cannot do like
// pg_dump is left to it: then its bytes are passed through.

#include <string>
#include <vector>

#include "pg/archive_output.hpp"
#include "pg/dump.hpp"

namespace sluice::pg {

/// `options` are all that pg_dump gets. Main thread only. Throws: base::Error.
void dump_parallel(const DumpRequest& request, const std::vector<std::string>& options,
                   ArchiveOutput& out, const Listener& listener);

}  // namespace sluice::pg
