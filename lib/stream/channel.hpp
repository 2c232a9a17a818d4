#pragma once
// A bounded queue between one writing and one reading thread.

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "base/bytes.hpp"

namespace sluice::stream {

/// `Size` tells how much of the bound an item takes.
template <class Item, class Size>
class BoundedQueue {
 public:
  /// What put() throws when the reader has gone.
  struct Abandoned {};

  /// Holds `bound`, or one item that is larger.
  explicit BoundedQueue(std::size_t bound) : bound_(bound) {}

  /// Waits for room. Throws: Abandoned.
  void put(Item&& item) {
    const std::size_t size = Size{}(item);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return abandoned_ || held_ == 0 || held_ + size <= bound_; });
    if (abandoned_) throw Abandoned{};
    held_ += size;
    line_.push_back(std::move(item));
    changed_.notify_all();
  }

  /// The writer is done; with `error`, get() rethrows it after all that was put.
  void close(std::exception_ptr error = nullptr) {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    error_ = std::move(error);
    changed_.notify_all();
  }

  /// The next item, in order; nullopt at the end. Throws: what the writer closed with.
  std::optional<Item> get() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !line_.empty(); });
    if (line_.empty()) {
      if (error_) std::rethrow_exception(error_);
      return std::nullopt;
    }
    Item item = std::move(line_.front());
    line_.pop_front();
    held_ -= Size{}(item);
    changed_.notify_all();
    return item;
  }

  /// The reader goes: nobody waits for room any more.
  void abandon() {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    changed_.notify_all();
  }

 private:
  const std::size_t bound_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> line_;
  std::size_t held_ = 0;
  bool closed_ = false;
  bool abandoned_ = false;
  std::exception_ptr error_;
};

struct BufferSize {
  std::size_t operator()(const base::Buffer& buffer) const { return buffer.size(); }
};

/// A result that is too large to be a value, on its way from a worker to whoever puts results in
/// order; bounded in bytes.
using Channel = BoundedQueue<base::Buffer, BufferSize>;

}  // namespace sluice::stream
