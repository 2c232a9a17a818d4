#pragma once
// Streams in the zlib format (RFC 1950). Made in parts, which several threads can work on: a part
// is deflated without a look at the ones before it and ends on a whole byte, so that head, parts
// and tail, one behind the other, are one stream.
// Objects here belong to one thread each.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/bytes.hpp"
#include "zip/deflater.hpp"

namespace sluice::zip {

inline constexpr int kLeastZlibLevel = 1;
inline constexpr int kMostZlibLevel = 9;
inline constexpr int kZlibLevel = 6;  ///< zlib's own default

/// What a stream's tail tells about all of its parts.
class ZlibSum {
 public:
  ZlibSum() = default;
  /// Of these bytes.
  explicit ZlibSum(base::Bytes plain);
  /// `next` follows.
  void append(const ZlibSum& next);
  [[nodiscard]] std::uint32_t adler() const { return adler_; }

 private:
  std::uint32_t adler_ = 1;
  std::uint64_t size_ = 0;
};

/// What a stream begins with. `level` as for ZlibPart.
[[nodiscard]] std::array<std::uint8_t, 2> zlib_head(int level);
/// What it ends with: an empty last block and the checksum.
[[nodiscard]] std::array<std::uint8_t, 6> zlib_tail(const ZlibSum& sum);

/// Deflates parts, one after the other.
class ZlibPart {
 public:
  /// Takes deflated bytes; the view is valid during the call only.
  using Take = std::function<void(base::Bytes)>;

  /// `level` in [kLeastZlibLevel, kMostZlibLevel].
  explicit ZlibPart(int level);
  /// Throws: what `take` throws.
  void write(base::Bytes plain, const Take& take);
  /// Ends the part; the next write() begins another one. Throws: what `take` throws.
  ZlibSum finish(const Take& take);

 private:
  void deflate_gathered(Deflater::More more, const Take& take);

  std::unique_ptr<Deflater> deflater_;
  base::Buffer gathered_;
  base::Buffer deflated_;
  ZlibSum sum_;
};

}  // namespace sluice::zip
