#include "notify/courier.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "io/interrupt.hpp"

namespace sluice::notify {

using std::chrono::steady_clock;

namespace {

// Ends a courier that its sender has left behind.
constexpr unsigned kLongestErrandSeconds = 60;

void report(int fd, const std::string& words) {
  [[maybe_unused]] const ssize_t written = ::write(fd, words.data(), words.size());
}

// In the child. Our stdout must not stay open here: its reader waits for the end.
[[noreturn]] void run(const std::function<void()>& errand, int words) {
  ::signal(SIGALRM, SIG_DFL);
  ::alarm(kLongestErrandSeconds);
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nowhere, STDIN_FILENO);
  ::dup2(nowhere, STDOUT_FILENO);
  const io::IgnoreInterrupt the_signal_is_what_is_reported;
  try {
    errand();
    report(words, "\n");
  } catch (const std::exception& error) {
    report(words, std::string(error.what()) + "\n");
  } catch (...) {
    report(words, "it failed\n");
  }
  ::_exit(0);
}

}  // namespace

Courier::Courier(const std::function<void()>& errand) {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) < 0) throw base::system_error("pipe", errno);
  words_ = io::Fd(fds[0]);
  const io::Fd other_end(fds[1]);
  pid_ = ::fork();
  if (pid_ < 0) throw base::system_error("fork", errno, base::Exit::temporary);
  if (pid_ == 0) run(errand, other_end.get());
}

Courier::Courier(Courier&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), words_(std::move(other.words_)) {}

Courier::~Courier() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::string Courier::outcome(steady_clock::time_point deadline) {
  std::string words;
  std::array<std::uint8_t, 1024> chunk{};
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
    const int wait = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
    if (!io::wait_for(words_.get(), POLLIN, wait)) return "no answer in time";
    const std::size_t size = io::read_some(words_.get(), chunk, "courier");
    if (size == 0) break;
    words += base::as_text(base::Bytes(chunk).first(size));
  }
  if (words.empty()) return "it died";
  words.pop_back();
  return words;
}

}  // namespace sluice::notify
