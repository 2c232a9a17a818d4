#pragma once
// The ways a restore can go; restore.hpp tells which is for what. Inside the room only.

#include <string>
#include <vector>

#include "pg/archive.hpp"
#include "pg/dump_stream.hpp"
#include "pg/feed.hpp"
#include "pg/restore.hpp"
#include "pg/sibling.hpp"
#include "pg/target.hpp"

namespace sluice::pg {

/// An archive, from its head on: into the target, or a sibling of it. Throws: base::Error.
void restore_archive(const RestoreRequest& request, Target& target, DumpStream& dump,
                     const Warn& warn);

/// Plain SQL, by psql, into a sibling. Throws: base::Error.
void restore_sql(const RestoreRequest& request, Target& target, DumpStream& dump, const Warn& warn);

/// Before a sibling is made that is to take the place of an empty database. Throws: base::Error
/// (cannot_create) when that one has what would be lost.
void require_no_additions(const RestoreRequest& request, const Target& target);

/// Reads what is left of an archive's blocks and judges the whole stream. `reader` must read from
/// `dump`. Throws: base::Error (data).
void read_to_end(ArchiveReader& reader, const DumpStream& dump);
/// As ArchiveReader::read_head, with the stream's own verdict where it is cut.
const Archive& read_head(ArchiveReader& reader, const DumpStream& dump);

/// Is the restore there to stay?
enum class Committed { not_yet, yes };

/// Gathers statistics; a failure is only a warning, and so is a signal once all is committed.
/// Throws: io::Interrupted.
void analyze(const Conninfo& database, const std::string& program, Committed committed,
             const Warn& warn);

}  // namespace sluice::pg
