#pragma once
// Bytes: views of memory, one owning buffer, and integers in a fixed byte order.

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace sluice::base {

static_assert(std::endian::native == std::endian::little, "integers are stored as in memory");

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Owns up to capacity() bytes that are never zeroed; size() of them are in use. Move only.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t capacity)
      : data_(std::make_unique_for_overwrite<std::uint8_t[]>(capacity)), capacity_(capacity) {}
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    Buffer(std::move(other)).swap(*this);
    return *this;
  }
  ~Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  [[nodiscard]] std::uint8_t* data() { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] Bytes bytes() const { return {data_.get(), size_}; }
  /// The part that is not in use yet; fill it, then grow() by what was filled.
  [[nodiscard]] MutableBytes space() { return {data_.get() + size_, capacity_ - size_}; }

  void grow(std::size_t count) {
    assert(size_ + count <= capacity_);
    size_ += count;
  }
  void clear() { size_ = 0; }
  /// Only the first `size` bytes stay in use.
  void shrink(std::size_t size) {
    assert(size <= size_);
    size_ = size;
  }
  void append(Bytes bytes) {
    assert(bytes.size() <= capacity_ - size_);
    if (!bytes.empty()) std::memcpy(data_.get() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }

 private:
  void swap(Buffer& other) noexcept {
    data_.swap(other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  std::unique_ptr<std::uint8_t[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// Reads a little-endian integer; `bytes` must hold sizeof(Int) of them.
template <class Int>
[[nodiscard]] Int load_le(const std::uint8_t* bytes) {
  Int value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

/// Writes a little-endian integer of sizeof(Int) bytes.
template <class Int>
void store_le(std::uint8_t* bytes, Int value) {
  std::memcpy(bytes, &value, sizeof value);
}

}  // namespace sluice::base
