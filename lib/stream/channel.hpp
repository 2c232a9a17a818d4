#pragma once
// A bounded queue of bytes between one writing and one reading thread: a result that is too large
// to be a value, on its way from a worker to whoever puts results in order.

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "base/bytes.hpp"

namespace sluice::stream {

class Channel {
 public:
  /// What put() throws when the reader has gone.
  struct Abandoned {};

  /// Holds `bound` bytes, or one buffer that is larger.
  explicit Channel(std::size_t bound) : bound_(bound) {}

  /// Waits for room. Throws: Abandoned.
  void put(base::Buffer&& buffer) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock,
                  [&] { return abandoned_ || held_ == 0 || held_ + buffer.size() <= bound_; });
    if (abandoned_) throw Abandoned{};
    held_ += buffer.size();
    line_.push_back(std::move(buffer));
    changed_.notify_all();
  }

  /// The writer is done; with `error`, get() rethrows it after all that was put.
  void close(std::exception_ptr error = nullptr) {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    error_ = std::move(error);
    changed_.notify_all();
  }

  /// The next buffer, in order; nullopt at the end. Throws: what the writer closed with.
  std::optional<base::Buffer> get() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !line_.empty(); });
    if (line_.empty()) {
      if (error_) std::rethrow_exception(error_);
      return std::nullopt;
    }
    base::Buffer buffer = std::move(line_.front());
    line_.pop_front();
    held_ -= buffer.size();
    changed_.notify_all();
    return buffer;
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
  std::deque<base::Buffer> line_;
  std::size_t held_ = 0;
  bool closed_ = false;
  bool abandoned_ = false;
  std::exception_ptr error_;
};

}  // namespace sluice::stream
