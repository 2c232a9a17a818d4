#pragma once
// When to try a request again, and how long to wait before: exponential, with jitter, and never
// less than the server asked for.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "http/cancel.hpp"
#include "http/message.hpp"

namespace sluice::http {

struct RetryPolicy {
  unsigned retries = 8;  ///< after the first try
  std::chrono::milliseconds first_pause{200};
  std::chrono::milliseconds longest_pause{20'000};
};

/// 408, 409, 429, 499 and 5xx, except the ones that mean "not here, ever" (501, 505).
[[nodiscard]] bool is_transient(int status);

/// `Retry-After` in seconds (RFC 9110 §10.2.3); dates and more than an hour are ignored.
[[nodiscard]] std::optional<std::chrono::seconds> retry_after(const Response& response);

/// The tries of one request. One thread.
class Retry {
 public:
  Retry(RetryPolicy policy, Deadline deadline) : policy_(policy), deadline_(deadline) {}

  /// Waits before the next try; false when there is none left, or no time for it.
  /// Throws: io::Interrupted, Cancelled.
  bool again(std::chrono::milliseconds at_least, const Cancel* cancel);

  [[nodiscard]] unsigned tries() const { return tries_; }

 private:
  [[nodiscard]] std::chrono::milliseconds pause() const;

  RetryPolicy policy_;
  Deadline deadline_;
  unsigned tries_ = 1;
};

}  // namespace sluice::http
