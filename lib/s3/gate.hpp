#pragma once
// How many requests may be under way at once: halved when the server asks to slow down, and raised
// again by one after as many successes in a row as are allowed now. Any thread.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "http/cancel.hpp"
#include "io/interrupt.hpp"

namespace sluice::s3 {

class Gate {
 public:
  explicit Gate(unsigned most) : most_(most), limit_(most) {}

  /// Held while a request is under way.
  class Pass {
   public:
    /// Waits for its turn. Throws: io::Interrupted, http::Cancelled.
    Pass(Gate& gate, const http::Cancel* cancel) : gate_(gate) {
      std::unique_lock lock(gate_.mutex_);
      while (gate_.inside_ >= gate_.limit_) {
        gate_.left_.wait_for(lock, std::chrono::milliseconds(200));
        io::check_interrupt();
        if (cancel != nullptr && cancel->requested()) throw http::Cancelled{};
      }
      ++gate_.inside_;
    }
    ~Pass() {
      {
        const std::lock_guard lock(gate_.mutex_);
        --gate_.inside_;
      }
      gate_.left_.notify_one();
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    Gate& gate_;
  };

  void slow_down() {
    const std::lock_guard lock(mutex_);
    limit_ = std::max(1U, limit_ / 2);
    successes_ = 0;
  }
  void success() {
    const std::lock_guard lock(mutex_);
    if (limit_ == most_ || ++successes_ < limit_) return;
    ++limit_;
    successes_ = 0;
  }
  [[nodiscard]] unsigned limit() {
    const std::lock_guard lock(mutex_);
    return limit_;
  }

 private:
  const unsigned most_;
  std::mutex mutex_;
  std::condition_variable left_;
  unsigned limit_;
  unsigned inside_ = 0;
  unsigned successes_ = 0;
};

}  // namespace sluice::s3
