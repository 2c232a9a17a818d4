#pragma once
// zstd in independent frames with a seek table at the end: the Zstandard Seekable Format
// (contrib/seekable_format/zstd_seekable_compression_format.md in zstd's sources).

#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.hpp"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace sluice::zip {

/// Makes frames that hold their plain size and a checksum. One thread each.
class FrameCompressor {
 public:
  explicit FrameCompressor(int level);
  [[nodiscard]] base::Buffer compress(base::Bytes plain);

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
};

/// Inflates whole frames that tell their plain size. One thread each.
class FrameDecompressor {
 public:
  FrameDecompressor();
  /// `offset` is where the frame begins in the input. Throws: base::Error (data).
  [[nodiscard]] base::Buffer decompress(base::Bytes frame, std::size_t plain_size,
                                        std::uint64_t offset);

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
};

/// Sizes and checksums of all frames before it, in order. A frame's last four bytes are the low
/// half of its content's XXH64, which is also what the table wants.
class SeekTable {
 public:
  void add(base::Bytes frame, std::size_t plain_size);
  /// The table as the skippable frame that ends the stream.
  [[nodiscard]] base::Buffer frame() const;

 private:
  struct Entry {
    std::uint32_t compressed_size;
    std::uint32_t plain_size;
    std::uint32_t checksum;
  };
  std::vector<Entry> entries_;
};

}  // namespace sluice::zip
