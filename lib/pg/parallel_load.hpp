#pragma once
// The data of an archive, into a database over several sessions while it streams by. Each session
// commits for itself, slice by slice: only if nothing threw is all of it there.

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "pg/archive.hpp"
#include "pg/connection.hpp"
#include "pg/object_slices.hpp"
#include "pg/tally.hpp"
#include "stream/channel.hpp"
#include "stream/ordered_map.hpp"

namespace sluice::pg {

/// Can its data be loaded so? Its blocks must be rows or large objects, at most gzip-compressed.
[[nodiscard]] bool is_loadable(const Archive& archive);

/// How the sessions of a load are.
struct LoadSettings {
  std::string program;  ///< our name in pg_stat_activity
  std::string role;     ///< SET ROLE; "" for the one that connects
  unsigned jobs = 1;    ///< how many, as far as the server has room for them
};

/// One thread's. Memory: about jobs + 2 slices of 4 MiB, however long a row is.
class ParallelLoad {
 public:
  /// The tables and large objects must be there. Counts rows in `tally`. Throws: ServerError.
  ParallelLoad(const Conninfo& database, const LoadSettings& settings, const Archive& archive,
               Tally& tally);

  /// Takes all of a block of an archive that is loadable. Throws: base::Error: what the server
  /// refused, with the name of its entry; data: the rows do not end as rows do.
  void take(ArchiveReader& reader, const ArchiveReader::Block& block);
  /// Waits until all is loaded. Throws: as take().
  void finish() { map_.drain(); }

 private:
  struct Job {
    const TocEntry* entry;
    std::shared_ptr<stream::Channel> rows;  // of a table, or
    ObjectSlice objects;
  };
  using Map = stream::OrderedMap<Job, int>;

  [[nodiscard]] Map::Work make_work();
  void take_rows(ArchiveReader& reader, const TocEntry& entry);
  void take_objects(ArchiveReader& reader, const TocEntry& entry);

  Tally& tally_;
  std::vector<std::unique_ptr<Connection>> sessions_;
  std::atomic<std::size_t> used_{0};
  Map map_;
};

}  // namespace sluice::pg
