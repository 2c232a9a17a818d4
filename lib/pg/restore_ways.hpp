#pragma once
// The ways a restore can go; restore.hpp tells which is for what. Inside the room only.

#include <string>
#include <vector>

#include "pg/archive.hpp"
#include "pg/block_contents.hpp"
#include "pg/dump_stream.hpp"
#include "pg/feed.hpp"
#include "pg/restore.hpp"
#include "pg/sibling.hpp"
#include "pg/target.hpp"

namespace sluice::pg {

/// An archive, from its head on: into the target, or a sibling of it. Throws: base::Error.
void restore_archive(const RestoreRequest& request, Target& target, DumpStream& dump,
                     const Listener& listener);

/// The pg_restore that fits, and where it restores to.
struct RestoreProgram {
  Client client;
  Conninfo database;
};

/// All of a loadable archive (parallel_load.hpp) by request.jobs sessions, into an empty database
/// that nobody sees. `reader` stands behind the head, and `head` is that. Throws: base::Error.
void restore_in_parallel(const RestoreRequest& request, const RestoreProgram& program,
                         base::Bytes head, const Archive& archive, ArchiveReader& reader,
                         const DumpStream& dump, const Listener& listener);

/// Plain SQL, by psql, into a sibling. Throws: base::Error.
void restore_sql(const RestoreRequest& request, Target& target, DumpStream& dump,
                 const Listener& listener);

/// Plain SQL that switches databases, each part in the database that it names: what is done stays
/// done, whatever comes later. Throws: base::Error.
void restore_script(const RestoreRequest& request, DumpStream& dump, const Listener& listener);

/// Throws: base::Error (usage) when more is requested than running plain SQL.
void require_as_it_is(const RestoreRequest& request, const DumpStream& dump);

/// Before a sibling is made that is to take the place of an empty database. Throws: base::Error
/// (cannot_create) when that one has what would be lost.
void require_no_additions(const RestoreRequest& request, const Target& target);

/// Reads what is left of an archive's blocks, of which `take` may read each, and judges the whole
/// stream. `reader` must read from `dump`. Tells `tally` of tables done. Throws: base::Error
/// (data), and what `take` throws.
void read_to_end(ArchiveReader& reader, const DumpStream& dump, Tally& tally,
                 const TakeBlock& take = {});
/// As ArchiveReader::read_head, with the stream's own verdict where it is cut. Tells `tally` how
/// many tables there are.
const Archive& read_head(ArchiveReader& reader, const DumpStream& dump, Tally& tally);

/// How to call it for what is requested.
[[nodiscard]] std::vector<std::string> pg_restore_command(const RestoreProgram& program,
                                                          const RestoreRequest& request);
/// What it said on stderr and how it ended, as an error that names the archive's entry.
[[nodiscard]] base::Error pg_restore_error(const Archive& archive, const std::string& text,
                                           const io::ChildStatus& status);

/// Is the restore there to stay?
enum class Committed { not_yet, yes };

/// Gathers statistics; a failure is only a warning, and so is a signal once all is committed.
/// Throws: io::Interrupted.
void analyze(const Conninfo& database, const std::string& program, Committed committed,
             const Warn& warn);

}  // namespace sluice::pg
