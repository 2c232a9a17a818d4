#include "pg/parallel_load.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "pg/block_contents.hpp"
#include "pg/open_sessions.hpp"
#include "pg/row_slices.hpp"

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

using Sessions = std::vector<std::unique_ptr<Connection>>;

// What pg_restore sets beside what every session of ours has (_doSetFixedOutputState() in
// pg_backup_archiver.c). A crash of the server loses the database that is being made anyway: no
// commit has to wait for the disk.
std::string settings_for(const Archive& archive, const std::string& role) {
  std::string sql =
      "SET check_function_bodies = false; SET xmloption = content; SET row_security = off;"
      "SET client_min_messages = warning; SET synchronous_commit = off;";
  if (!role.empty()) sql += "SET ROLE " + quote_identifier(role) + ";";
  for (const std::string_view setting : {"ENCODING", "STDSTRINGS"}) {
    if (const TocEntry* const entry = archive.find(setting)) sql += entry->definition;
  }
  return sql;
}

void write_objects(Connection& session, const ObjectSlice& slice) {
  session.query("BEGIN");
  for (const ObjectSlice::Part& part : slice.parts) {
    session.query_with("SELECT pg_catalog.lo_put($1, $2, $3)",
                       {std::to_string(part.oid), std::to_string(part.offset)},
                       slice.bytes_of(part));
  }
  session.query("COMMIT");
}

// At least one.
Sessions open_loaders(const Conninfo& database, const LoadSettings& settings,
                      const Archive& archive) {
  const auto open = [&] {
    auto session = std::make_unique<Connection>(database, settings.program);
    session->query(settings_for(archive, settings.role));
    return session;
  };
  return open_sessions<Connection>(settings.jobs, open,
                                   [](const ServerError& error, std::size_t count) {
                                     if (count == 0) throw error;
                                   });
}

// As long as the reader lives, the writer may wait for it.
std::shared_ptr<stream::Channel> for_reader(std::shared_ptr<stream::Channel> channel) {
  stream::Channel* const pointer = channel.get();
  return {pointer, [kept = std::move(channel)](stream::Channel* gone) { gone->abandon(); }};
}

}  // namespace

bool is_loadable(const Archive& archive) {
  return has_readable_contents(archive.header) &&
         std::all_of(archive.entries.begin(), archive.entries.end(), [](const TocEntry& entry) {
           return !entry.has_data || entry.desc == "BLOBS" ||
                  (entry.desc == "TABLE DATA" && entry.copy_statement.starts_with("COPY "));
         });
}

ParallelLoad::ParallelLoad(const Conninfo& database, const LoadSettings& settings,
                           const Archive& archive, Tally& tally)
    : tally_(tally),
      sessions_(open_loaders(database, settings, archive)),
      map_(
          static_cast<unsigned>(sessions_.size()), (sessions_.size() + 2) * kSliceSize,
          [this] { return make_work(); }, [](int&&) {}) {}

ParallelLoad::Map::Work ParallelLoad::make_work() {
  Connection* const session = sessions_[used_++].get();
  return [session, this](Job&& taken) {
    const Job job = std::move(taken);
    try {
      if (job.rows) {
        tally_.rows += session->copy_in(job.entry->copy_statement, [&] { return job.rows->get(); });
      } else {
        write_objects(*session, job.objects);
      }
    } catch (const ServerError& error) {
      throw Error(error.status(), job.entry->describe() + ": " + error.reason(), error.hint());
    }
    return 0;
  };
}

void ParallelLoad::take(ArchiveReader& reader, const ArchiveReader::Block& block) {
  try {
    if (block.large_objects) {
      take_objects(reader, *block.entry);
    } else {
      take_rows(reader, *block.entry);
    }
  } catch (const stream::Channel::Abandoned&) {
    map_.drain();  // says why
    throw Error(Exit::software, block.entry->describe() + ": its session has gone");
  }
}

void ParallelLoad::take_rows(ArchiveReader& reader, const TocEntry& entry) {
  RowSlices slices([&](std::shared_ptr<stream::Channel> rows) {
    map_.push({&entry, for_reader(std::move(rows)), {}}, kSliceSize);
  });
  BlockContents contents(reader, entry);
  for (base::Bytes piece = contents.next(); !piece.empty(); piece = contents.next()) {
    slices.append(piece);
  }
  if (slices.finish()) return;
  throw Error(Exit::data, entry.describe() + ": its rows do not end as rows in an archive do");
}

void ParallelLoad::take_objects(ArchiveReader& reader, const TocEntry& entry) {
  ObjectSlices slices([&](ObjectSlice&& slice) {
    map_.push({&entry, nullptr, std::move(slice)}, kSliceSize);
  });
  BlockContents contents(reader, entry);
  while (const auto oid = reader.next_large_object()) {
    slices.begin(*oid);
    for (base::Bytes piece = contents.next(); !piece.empty(); piece = contents.next()) {
      slices.append(piece);
    }
  }
  slices.finish();
}

}  // namespace sluice::pg
