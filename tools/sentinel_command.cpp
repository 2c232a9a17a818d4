#include "sentinel_command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <thread>

#include "base/text.hpp"
#include "io/interrupt.hpp"

namespace sluice::sentinel {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

// What a group has to clean up after SIGTERM, before SIGKILL.
constexpr seconds kGrace{20};

// Between two looks at what is left of a group whose leader has ended.
constexpr milliseconds kLook{20};

// What a shell or a program says of a command line that no second try can mend.
constexpr std::array kHopeless{64, 126, 127};

class Watch {
 public:
  Watch(io::Child& child, Tail& tail) : child_(child), tail_(tail) {
    ::fcntl(child_.errors().get(), F_SETFL, O_NONBLOCK);
  }

  // False at `deadline`, true at the command's end. Throws: io::Interrupted.
  bool until(steady_clock::time_point deadline) {
    for (;;) {
      io::check_interrupt();
      const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now()).count();
      if (left <= 0) return false;
      const pollfd words =
          stuck_ ? pollfd{STDERR_FILENO, POLLOUT, 0} : pollfd{child_.errors().get(), POLLIN, 0};
      std::array<pollfd, 3> fds{pollfd{child_.end_fd(), POLLIN, 0},
                                pollfd{io::interrupt_fd(), POLLIN, 0}, words};
      ::poll(fds.data(), fds.size(), static_cast<int>(std::min<std::int64_t>(left, 60'000)));
      if (fds[2].revents != 0) pass_on();
      if (fds[0].revents != 0) {
        hear_the_last();
        return true;
      }
    }
  }

  // The same for the whole group.
  bool until_group_ended(steady_clock::time_point deadline) {
    if (!until(deadline)) return false;
    while (!child_.group_ended()) {
      if (steady_clock::now() >= deadline) return false;
      std::this_thread::sleep_for(kLook);
      pass_on();
    }
    hear_the_last();
    return true;
  }

 private:
  // No more than what stderr takes without waiting (a pipe: PIPE_BUF), so that one whose reader is
  // stuck holds up the command, as it would without us, but no timeout. One that fails stops
  // nobody.
  void pass_on() {
    while (child_.errors()) {
      pollfd ours{STDERR_FILENO, POLLOUT, 0};
      stuck_ = ::poll(&ours, 1, 0) == 0;
      if (stuck_) return;
      const std::string_view text = hear();
      if (text.empty()) return;
      [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    }
  }

  // All that is there, even where stderr takes no more of it.
  void hear_the_last() {
    pass_on();
    while (!hear().empty()) continue;
  }

  std::string_view hear() {
    if (!child_.errors()) return {};
    ssize_t size = 0;
    do {
      size = ::read(child_.errors().get(), chunk_.data(), chunk_.size());
    } while (size < 0 && errno == EINTR);
    if (size == 0) child_.errors().reset();
    if (size <= 0) return {};
    const std::string_view text(chunk_.data(), static_cast<std::size_t>(size));
    tail_.add(text);
    return text;
  }

  io::Child& child_;
  Tail& tail_;
  std::array<char, 4096> chunk_{};
  bool stuck_ = false;
};

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

void Tail::add(std::string_view text) {
  text_ += text;
  if (text_.size() <= limit_) return;
  text_.erase(0, text_.size() - limit_);
  cut_ = true;
}

std::string Tail::lines() const {
  if (!cut_) return text_;
  const std::size_t line = text_.find('\n');
  return line == std::string::npos ? text_ : text_.substr(line + 1);
}

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
