#pragma once
// Large objects, cut into slices of about the same size that several sessions can write at once.

#include <cstdint>
#include <functional>
#include <vector>

#include "base/bytes.hpp"

namespace sluice::pg {

/// Parts of large objects.
struct ObjectSlice {
  struct Part {
    std::uint32_t oid;
    std::uint64_t offset;  ///< in the object, in bytes
    std::size_t begin;     ///< in `bytes`
    std::size_t size;
  };
  std::vector<Part> parts;
  base::Buffer bytes;

  [[nodiscard]] base::Bytes bytes_of(const Part& part) const {
    return bytes.bytes().subspan(part.begin, part.size);
  }
};

/// One thread's.
class ObjectSlices {
 public:
  using Put = std::function<void(ObjectSlice&&)>;

  explicit ObjectSlices(Put put) : put_(std::move(put)) {}

  /// The next object begins.
  void begin(std::uint32_t oid);
  /// Its next bytes. Throws: what `put` throws.
  void append(base::Bytes bytes);
  /// There are no more. Throws: what `put` throws.
  void finish();

 private:
  Put put_;
  ObjectSlice slice_;
  std::uint32_t oid_ = 0;
  std::uint64_t offset_ = 0;
};

}  // namespace sluice::pg
