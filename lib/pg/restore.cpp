#include "pg/restore.hpp"

#include <algorithm>

#include "pg/restore_ways.hpp"

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

// True when there is nothing to do.
bool target_is_left_alone(const RestoreRequest& request, const Target& target) {
  const std::string object = "database " + target.name();
  switch (target.state()) {
    case TargetState::missing:
      if (request.rule != TargetRule::must_be_empty && request.part != Part::data_only)
        return false;
      throw Error(Exit::missing, object + ": does not exist", "--create makes it");
    case TargetState::empty: break;
    case TargetState::filled:
      if (request.rule == TargetRule::if_empty) return true;
      if (request.rule == TargetRule::create || request.rule == TargetRule::replace) break;
      if (request.part == Part::data_only) break;
      throw Error(Exit::cannot_create, object + ": is not empty: it has " + target.contents(),
                  "--replace puts the restored one in its place, --create --into makes a new one");
  }
  if (request.rule == TargetRule::create) {
    throw Error(Exit::cannot_create, object + ": exists already",
                "leave --create away to restore into an empty database");
  }
  return false;
}

// The reader has found the archive cut or damaged. If that is because the stream ended early, who
// vouches for streams may know more.
template <class Step>
auto judged(const DumpStream& dump, Step step) {
  try {
    return step();
  } catch (const Error&) {
    if (dump.at_end()) dump.require_whole();
    throw;
  }
}

// A database that is empty has a dump that is not.
void require_wanted_empty(const stream::Input& input) {
  input.require_whole();
  if (input.allows_empty()) return;
  throw Error(Exit::data, input.name() + ": empty, which no dump is",
              "if there is nothing to restore, say --allow-empty");
}

// To the end; what is compressed shows damage then.
void read_contents(ArchiveReader& reader, const ArchiveReader::Block& block) {
  BlockContents contents(reader, *block.entry);
  do {
    if (block.large_objects && !reader.next_large_object()) return;
    while (!contents.next().empty()) {
    }
  } while (block.large_objects);
}

std::string listing_line(const TocEntry& entry) {
  std::string line = std::to_string(entry.id) + "; " + entry.catalog + " " + entry.oid + " " +
                     entry.desc + " " + (entry.schema.empty() ? "-" : entry.schema) + " " +
                     entry.tag + " " + entry.owner;
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line + "\n";
}

}  // namespace

void require_no_additions(const RestoreRequest& request, const Target& target) {
  if (target.additions().empty() || request.rule == TargetRule::replace) return;
  throw Error(Exit::cannot_create,
              "database " + target.name() + ": has " + target.additions() +
                  ", which the database that takes its place would not have",
              "--replace does it all the same; a whole archive is restored in place");
}

void read_to_end(ArchiveReader& reader, const DumpStream& dump, Tally& tally,
                 const TakeBlock& take) {
  judged(dump, [&] { count_tables(reader, tally, take); });
  dump.require_whole();
}

const Archive& read_head(ArchiveReader& reader, const DumpStream& dump, Tally& tally) {
  const Archive& archive = *judged(dump, [&] { return &reader.read_head(); });
  tally.tables = archive.tables_with_data();
  return archive;
}

void analyze(const Conninfo& database, const std::string& program, Committed committed,
             const Warn& warn) {
  const io::UnwindOnSignal not_at_once;
  try {
    Connection(database, program).query("ANALYZE");
  } catch (const Error& error) {
    warn(std::string("statistics are not gathered: ") + error.what());
  } catch (const io::Interrupted&) {
    if (committed == Committed::not_yet) throw;
    warn("the database is restored, but its statistics are not gathered: interrupted");
  }
}

Restored restore(const RestoreRequest& request, stream::Input& input, const Listener& listener) {
  std::optional<DumpStream> opened;
  if (request.allow_connect && opened.emplace(input).kind() == DumpKind::sql) {
    restore_script(request, *opened, listener);
    return Restored::yes;
  }
  Target target(request.target, request.program);
  if (target_is_left_alone(request, target)) return Restored::left_alone;
  DumpStream& dump = opened ? *opened : opened.emplace(input);
  switch (dump.kind()) {
    case DumpKind::archive: restore_archive(request, target, dump, listener); break;
    case DumpKind::sql: restore_sql(request, target, dump, listener); break;
    case DumpKind::empty: require_wanted_empty(input); return Restored::nothing;
  }
  return Restored::yes;
}

Verified verify(stream::Input& input, Tally& tally) {
  DumpStream dump(input);
  Verified verified;
  if (dump.kind() == DumpKind::empty) require_wanted_empty(input);
  if (dump.kind() != DumpKind::archive) {
    base::Buffer buffer(256 << 10);
    while (dump.read(buffer.space()) > 0) {
    }
    input.require_whole();
    return verified;
  }
  ArchiveReader reader([&](base::MutableBytes into) { return dump.read(into); }, dump.name());
  const Archive& archive = read_head(reader, dump, tally);
  verified.archive = true;
  verified.listing = "; " + archive.header.database + ", by pg_dump " +
                     archive.header.dump_version + " from " + archive.header.server_version + "\n";
  for (const TocEntry& entry : archive.entries) {
    if (!entry.is_setting()) verified.listing += listing_line(entry);
  }
  read_to_end(reader, dump, tally, [&](const ArchiveReader::Block& block) {
    if (has_readable_contents(archive.header)) read_contents(reader, block);
  });
  return verified;
}

}  // namespace sluice::pg
