#pragma once
// Streams in the zlib format (RFC 1950). Made in parts, which several threads can work on: a part
// is deflated without a look at the ones before it and ends on a whole byte, so that head, parts
// and tail, one behind the other, are one stream. Read in one go.
// Objects here belong to one thread each.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "zip/deflater.hpp"

struct z_stream_s;

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

/// Inflates a stream.
class ZlibReader {
 public:
  ZlibReader();
  ~ZlibReader();
  ZlibReader(const ZlibReader&) = delete;
  ZlibReader& operator=(const ZlibReader&) = delete;

  /// Takes from the front of `from` and fills `into`: how many bytes. 0 when it needs more, or at
  /// the end of the stream. nullopt when the stream is damaged.
  [[nodiscard]] std::optional<std::size_t> read(base::Bytes& from, base::MutableBytes into);
  [[nodiscard]] bool ended() const { return ended_; }
  /// What is damaged.
  [[nodiscard]] std::string reason() const;
  /// The next stream begins.
  void reset();

 private:
  std::unique_ptr<z_stream_s> stream_;
  bool ended_ = false;
};

}  // namespace sluice::zip
