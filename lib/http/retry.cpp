#include "http/retry.hpp"

#include <algorithm>
#include <random>

#include "base/text.hpp"

namespace sluice::http {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

bool is_transient(int status) {
  return status == 408 || status == 409 || status == 429 || status == 499 ||
         (status >= 500 && status != 501 && status != 505);
}

std::optional<std::chrono::seconds> retry_after(const Response& response) {
  const auto text = response.header("retry-after");
  if (!text) return std::nullopt;
  const auto seconds = base::parse_number(*text);
  if (!seconds || *seconds > 3600) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

milliseconds Retry::pause() const {
  const milliseconds full =
      std::min(policy_.longest_pause, policy_.first_pause * (1U << std::min(tries_ - 1, 16U)));
  thread_local std::minstd_rand random{std::random_device{}()};
  // Half fixed, half random: clients that failed together do not come back together.
  return full / 2 + milliseconds(std::uniform_int_distribution<milliseconds::rep>(
                        0, full.count() / 2)(random));
}

bool Retry::again(milliseconds at_least, const Cancel* cancel) {
  if (tries_ > policy_.retries) return false;
  const Deadline end = steady_clock::now() + std::max(pause(), at_least);
  if (end >= deadline_) return false;
  wait_until(end, cancel);
  ++tries_;
  return true;
}

}  // namespace sluice::http
