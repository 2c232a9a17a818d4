#pragma once
// A rate that several connections share. Any thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace sluice::http {

class Throttle {
 public:
  /// Bytes a second, at least 1.
  explicit Throttle(std::uint64_t rate) : rate_(rate) {}

  /// The moment from which `bytes` more may pass; the rate allows them from then on.
  std::chrono::steady_clock::time_point admit(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    const auto start = next_ < now ? now : next_;
    next_ = start + std::chrono::nanoseconds(bytes * std::uint64_t{1'000'000'000} / rate_);
    return start;
  }

 private:
  std::uint64_t rate_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace sluice::http
