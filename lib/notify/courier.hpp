#pragma once
// An errand in a process of its own, so that nothing in it, be it a name server that does not
// answer, a TLS library or a mail program, can hold up its sender for longer than the sender wants
// to wait.

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>

#include "io/fd.hpp"

namespace sluice::notify {

/// A running errand. Fork comes without exec: start one only while there is a single thread.
class Courier {
 public:
  /// Runs `errand` in a child. What it throws becomes outcome().
  explicit Courier(const std::function<void()>& errand);
  /// Kills the child.
  ~Courier();
  Courier(Courier&& other) noexcept;
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;
  Courier& operator=(Courier&&) = delete;

  /// Waits for the end of the errand, until `deadline`. "" when it was done, else what went wrong.
  [[nodiscard]] std::string outcome(std::chrono::steady_clock::time_point deadline);

 private:
  pid_t pid_ = -1;
  io::Fd words_;
};

}  // namespace sluice::notify
