#pragma once
// The contents of an archive's data block, or of a large object in it, inflated where the archive
// has them deflated.

#include <functional>
#include <optional>

#include "pg/archive.hpp"
#include "pg/tally.hpp"
#include "zip/inflater.hpp"

namespace sluice::pg {

/// One thread's, for one block.
class BlockContents {
 public:
  /// `reader` stands at the beginning of the block of `entry`, whose archive has no compression
  /// but gzip's.
  BlockContents(ArchiveReader& reader, const TocEntry& entry);

  /// The next bytes of the block, or of the large object; empty at its end. Valid until the next
  /// call. Throws: base::Error (data): cut, or damaged inside.
  base::Bytes next();

 private:
  struct Inflating {
    zip::Inflater stream{zip::Inflater::Wrapping::zlib};
    base::Bytes piece;
    base::Buffer plain;
  };

  base::Bytes inflate_next();

  ArchiveReader& reader_;
  const TocEntry& entry_;
  std::optional<Inflating> inflating_;
};

/// Reads what is left of an archive's blocks, each of which `take` may read, and counts the tables.
/// Throws: as ArchiveReader::next_block(), and what `take` throws.
using TakeBlock = std::function<void(const ArchiveReader::Block&)>;
void count_tables(ArchiveReader& reader, Tally& tally, const TakeBlock& take = {});

/// Can BlockContents read it?
[[nodiscard]] bool has_readable_contents(const ArchiveHeader& header);

}  // namespace sluice::pg
