#pragma once
// How a wait ends early: by a moment, by another thread, by a signal.

#include <atomic>
#include <chrono>

namespace sluice::http {

/// A moment after which a request gives up; max() is never.
using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline kNoDeadline = Deadline::max();

/// Stops the requests that were given it. Any thread.
class Cancel {
 public:
  Cancel();
  ~Cancel();
  Cancel(const Cancel&) = delete;
  Cancel& operator=(const Cancel&) = delete;
  void request();
  [[nodiscard]] bool requested() const { return requested_; }
  /// Readable from request() on.
  [[nodiscard]] int fd() const { return fd_; }

 private:
  std::atomic<bool> requested_{false};
  int fd_;
};

/// Thrown from a request that was cancelled: its owner knows why.
struct Cancelled {};

/// Throws: io::Interrupted, Cancelled.
void wait_until(Deadline end, const Cancel* cancel);

}  // namespace sluice::http
