#pragma once
// The command of `sentinel run`: a process group of its own, whose stderr is passed on and whose
// last lines are kept.

#include <chrono>
#include <string>
#include <vector>

#include "sentinel_watch.hpp"

namespace sluice::sentinel {

/// How one try ended.
struct Try {
  int exit = 0;        ///< the command's; 128 + N where signal N killed it
  std::string reason;  ///< "" on success
  bool again = false;  ///< another try may end better
};

/// Runs `argv` once, until `deadline`: then the group gets SIGTERM, and SIGKILL if that does not
/// help. Throws: io::Interrupted, after the group got the same signal and has ended.
[[nodiscard]] Try run_command(const std::vector<std::string>& argv,
                              std::chrono::steady_clock::time_point deadline, Tail& tail);

/// The pause that comes after `pause`: twice as long, but the doubling ends at a day.
[[nodiscard]] std::chrono::seconds longer(std::chrono::seconds pause);

/// Waits between two tries. Throws: io::Interrupted.
void pause_for(std::chrono::seconds pause);

}  // namespace sluice::sentinel
