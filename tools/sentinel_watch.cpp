#include "sentinel_watch.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "io/interrupt.hpp"

namespace sluice::sentinel {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// Between two looks at what is left of a group whose leader has ended.
constexpr milliseconds kLook{20};

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

Watch::Watch(io::Child& child, Tail& tail) : child_(child), tail_(tail) {
  ::fcntl(child_.errors().get(), F_SETFL, O_NONBLOCK);
}

bool Watch::until(Deadline deadline) {
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

bool Watch::until_group_ended(Deadline deadline) {
  if (!until(deadline)) return false;
  while (!child_.group_ended()) {
    if (steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kLook);
    pass_on();
  }
  hear_the_last();
  return true;
}

// No more than what stderr takes without waiting (a pipe: PIPE_BUF), so that one whose reader is
// stuck holds up the command, as it would without us, but no timeout. One that fails stops nobody.
void Watch::pass_on() {
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
void Watch::hear_the_last() {
  pass_on();
  while (stuck_ && !hear().empty()) continue;
}

std::string_view Watch::hear() {
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

}  // namespace sluice::sentinel
