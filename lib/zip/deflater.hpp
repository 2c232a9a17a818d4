#pragma once
// Raw deflate (RFC 1951) of a part of a stream, by the fastest library for its level: ISA-L for
// level 1, which is four times as fast there as zlib and compresses better, zlib for all others.
// Objects here belong to one thread each.

#include <memory>

#include "base/bytes.hpp"

namespace sluice::zip {

class Deflater {
 public:
  enum class More { follows, none };

  Deflater() = default;
  virtual ~Deflater() = default;
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  /// Takes from the front of `from` and fills `into`: how many bytes. To be called until it leaves
  /// some of `into` free: then `from` is taken, and where there is no more, all of the part is out
  /// and ends on a whole byte, in a block that is not the last.
  [[nodiscard]] virtual std::size_t deflate(base::Bytes& from, More more,
                                            base::MutableBytes into) = 0;
  /// The next part begins.
  virtual void reset() = 0;
};

/// `level` in 1…9.
[[nodiscard]] std::unique_ptr<Deflater> make_deflater(int level);

}  // namespace sluice::zip
