#pragma once
// The decoders behind decompress(), one a format. Each reads to the end of the input and tells
// whether that was the end.

#include "stream/ordered_map.hpp"
#include "stream/sink.hpp"
#include "zip/chunk_reader.hpp"

namespace sluice::zip {

/// Gzip of any kind: BGZF members in parallel for as long as they come, then inflate_stream().
[[nodiscard]] stream::Mark decode_gzip(ChunkReader& reader, stream::Sink& out, unsigned threads);

/// Gzip members of any size with zlib. The reader stands at the first one; zero padding after the
/// last one is accepted.
void inflate_stream(ChunkReader& reader, stream::Sink& out);

/// Zstd frames: in parallel while they tell a moderate size, else as one stream.
[[nodiscard]] stream::Mark decode_zstd(ChunkReader& reader, stream::Sink& out, unsigned threads);

/// Compressed bytes that stand for themselves, and how large they become.
struct Unit {
  std::shared_ptr<const base::Buffer> chunk;  // keeps `bytes` alive
  base::Bytes bytes;
  std::size_t plain_size;
  std::uint64_t offset;
};
using UnitMap = stream::OrderedMap<Unit, base::Buffer>;

/// Compressed and plain bytes in flight, all threads together.
inline constexpr std::size_t kDecodeBudget = 32 << 20;

/// Writes blocks on a thread of its own, in order, while the next one is being decoded.
class BlockWriter {
 public:
  explicit BlockWriter(stream::Sink& out);
  /// An empty block to fill.
  [[nodiscard]] static base::Buffer block() { return base::Buffer(kBlock); }
  void write(base::Buffer&& block);
  void drain() { map_.drain(); }

 private:
  static constexpr std::size_t kBlock = 256 << 10;
  stream::OrderedMap<base::Buffer, base::Buffer> map_;
};

}  // namespace sluice::zip
