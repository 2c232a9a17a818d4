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
  /// An empty buffer of at least `capacity`; smaller ones that lie here are given up.
  base::Buffer take(std::size_t capacity) {
    const std::lock_guard lock(mutex_);
    while (!idle_.empty()) {
      base::Buffer buffer = std::move(idle_.back());
      idle_.pop_back();
      if (buffer.capacity() >= capacity) return buffer;
    }
    return base::Buffer(capacity);
  }

  void give_back(base::Buffer buffer) {
    buffer.clear();
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(buffer));
  }

 private:
  std::mutex mutex_;
  std::vector<base::Buffer> idle_;
};

}  // namespace sluice::s3
