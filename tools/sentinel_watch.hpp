#pragma once
// Watches the command of `sentinel run`: waits for its end, passes on what it says on stderr, and
// keeps the last of it.

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "io/child.hpp"

namespace sluice::sentinel {

/// The last `limit` bytes of what is added, from the beginning of a line.
class Tail {
 public:
  explicit Tail(std::size_t limit) : limit_(limit) {}
  void add(std::string_view text);
  [[nodiscard]] std::string lines() const;

 private:
  std::size_t limit_;
  std::string text_;
  bool cut_ = false;
};

class Watch {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// Of a child with pipe_stderr.
  Watch(io::Child& child, Tail& tail);

  /// False at `deadline`, true at the command's end. Throws: io::Interrupted.
  bool until(Deadline deadline);
  /// The same for its whole group.
  bool until_group_ended(Deadline deadline);

 private:
  void pass_on();
  void hear_the_last();
  std::string_view hear();

  io::Child& child_;
  Tail& tail_;
  std::array<char, 4096> chunk_{};
  bool stuck_ = false;  // stderr takes no more
};

}  // namespace sluice::sentinel
