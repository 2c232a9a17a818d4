#include "sentinel_command.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "base/text.hpp"
#include "io/interrupt.hpp"

namespace sluice::sentinel {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

// What a group has to clean up after SIGTERM, before SIGKILL.
constexpr seconds kGrace{20};

// What a shell or a program says of a command line that no second try can mend.
constexpr std::array kHopeless{64, 126, 127};

// Ends the group: `signal` to all, time for all to clean up, and SIGKILL to what is left.
void end_group(io::Child& child, Watch& watch, int signal) {
  const io::IgnoreInterrupt for_as_long_as_it_takes;
  child.kill(signal);
  child.kill(SIGCONT);
  if (watch.until_group_ended(steady_clock::now() + kGrace)) return;
  child.kill(SIGKILL);
  watch.until_group_ended(steady_clock::now() + kGrace);
}

}  // namespace

Try run_command(const std::vector<std::string>& argv, steady_clock::time_point deadline,
                Tail& tail) {
  try {
    io::Child child(argv, {.keep_stdin = true, .pipe_stderr = true, .own_group = true});
    Watch watch(child, tail);
    try {
      if (!watch.until(deadline)) {
        end_group(child, watch, SIGTERM);
        return {static_cast<int>(base::Exit::temporary), "timed out", false};
      }
    } catch (const io::Interrupted& interrupted) {
      end_group(child, watch, interrupted.signal);
      throw;
    }
    const io::ChildStatus status = child.wait();
    if (status.ok()) return {};
    // What a dead leader has left must neither go on unseen nor get into the next try's way.
    end_group(child, watch, SIGTERM);
    const int exit = status.signal == 0 ? status.code : 128 + status.signal;
    const bool hopeless = std::find(kHopeless.begin(), kHopeless.end(), exit) != kHopeless.end();
    return {exit, status.describe(), !hopeless};
  } catch (const base::Error& error) {
    return {static_cast<int>(error.status()), error.what(), false};
  }
}

seconds longer(seconds pause) { return std::min(2 * pause, std::max(pause, seconds(86'400))); }

void pause_for(seconds pause) {
  const auto end = steady_clock::now() + pause;
  for (;;) {
    io::check_interrupt();
    const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now()).count();
    if (left <= 0) return;
    pollfd wake{io::interrupt_fd(), POLLIN, 0};
    ::poll(&wake, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
  }
}

}  // namespace sluice::sentinel
