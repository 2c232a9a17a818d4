#pragma once
// Input in large shared chunks: what was read stays where it is while jobs in other threads use
// it, and bytes are copied only where a unit of the format straddles two chunks.

#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "stream/input.hpp"

namespace sluice::zip {

/// One thread; chunk() may be handed to others.
class ChunkReader {
 public:
  explicit ChunkReader(stream::Input& in) : in_(in) {}

  /// The bytes at hand that are not consumed yet.
  [[nodiscard]] base::Bytes view() const { return view_; }
  /// Where view() begins in the input.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  /// Keeps alive what view() points into.
  [[nodiscard]] std::shared_ptr<const base::Buffer> chunk() const { return chunk_; }

  void consume(std::size_t count);
  /// Reads on behind view(), until the input pauses. False at end of file.
  bool more();
  /// Reads until view() holds `count` bytes; false when the file ends before.
  bool require(std::size_t count);

 private:
  stream::Input& in_;
  std::shared_ptr<base::Buffer> chunk_;
  base::Bytes view_;
  std::uint64_t offset_ = 0;
};

}  // namespace sluice::zip
