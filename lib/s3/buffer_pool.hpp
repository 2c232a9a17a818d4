#pragma once
// Buffers between uses: large ones are costly to get from the kernel again and again. Any thread.

#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace sluice::s3 {

class BufferPool {
 public:
  /// An empty buffer of at least `capacity`; all smaller ones that lie here are given up.
  base::Buffer take(std::size_t capacity) {
    const std::lock_guard lock(mutex_);
    std::erase_if(idle_, [&](const base::Buffer& each) { return each.capacity() < capacity; });
    if (idle_.empty()) return base::Buffer(capacity);
    base::Buffer buffer = std::move(idle_.back());
    idle_.pop_back();
    return buffer;
  }

  void give_back(base::Buffer buffer) {
    buffer.clear();
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(buffer));
  }

  /// Gives up all that lie here.
  void clear() {
    const std::lock_guard lock(mutex_);
    idle_.clear();
  }

 private:
  std::mutex mutex_;
  std::vector<base::Buffer> idle_;
};

}  // namespace sluice::s3
