#include "http/cancel.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "base/error.hpp"
#include "io/interrupt.hpp"

namespace sluice::http {

using base::Exit;

Cancel::Cancel() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) throw base::system_error("eventfd", errno, Exit::software);
}

Cancel::~Cancel() { ::close(fd_); }

void Cancel::request() {
  requested_ = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(fd_, &one, sizeof one);
}

void wait_until(Deadline end, const Cancel* cancel) {
  using std::chrono::milliseconds;
  for (;;) {
    io::check_interrupt();
    if (cancel != nullptr && cancel->requested()) throw Cancelled{};
    const auto left =
        std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now()).count();
    if (left <= 0) return;
    std::array<pollfd, 2> wake{pollfd{io::interrupt_fd(), POLLIN, 0},
                               pollfd{cancel == nullptr ? -1 : cancel->fd(), POLLIN, 0}};
    ::poll(wake.data(), wake.size(), static_cast<int>(std::min<std::int64_t>(left, 60'000)));
  }
}

}  // namespace sluice::http
