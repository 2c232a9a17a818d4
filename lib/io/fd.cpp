#include "io/fd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "io/interrupt.hpp"

namespace sluice::io {

using base::Bytes;
using base::MutableBytes;

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

int Fd::release() { return std::exchange(fd_, -1); }

void Fd::reset() {
  if (fd_ >= 0) ::close(release());
}

void Fd::close_checked(const std::string& name) {
  // EINTR from close(2) on Linux means that the descriptor is gone all the same.
  if (::close(release()) < 0 && errno != EINTR) throw base::system_error(name, errno);
}

Fd open_for_reading(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw base::system_error(path, errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) == 0 && S_ISDIR(status.st_mode)) {
    throw base::Error(base::Exit::io, path + ": is a directory");
  }
  return fd;
}

Fd memory_file(const std::string& name, Bytes bytes) {
  Fd fd(::memfd_create(name.c_str(), MFD_CLOEXEC));
  if (!fd) throw base::system_error(name, errno);
  write_all(fd.get(), bytes, name);
  return fd;
}

bool wait_for(int fd, short events, int timeout_ms) {
  for (;;) {
    check_interrupt();
    std::array<pollfd, 2> fds{pollfd{fd, events, 0}, pollfd{interrupt_fd(), POLLIN, 0}};
    const int ready = ::poll(fds.data(), fds.size(), timeout_ms);
    if (ready < 0 && errno != EINTR) throw base::system_error("poll", errno);
    if (ready == 0) return false;
    if (ready > 0 && fds[0].revents != 0) return true;
  }
}

std::size_t read_some(int fd, MutableBytes into, const std::string& name) {
  for (;;) {
    wait_for(fd, POLLIN);
    const ssize_t count = ::read(fd, into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR && errno != EAGAIN) throw base::system_error(name, errno);
  }
}

std::size_t read_full(int fd, MutableBytes into, const std::string& name) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const std::size_t count = read_some(fd, into.subspan(filled), name);
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

std::string read_file(const std::string& path, std::size_t limit) {
  const Fd fd = open_for_reading(path);
  std::string text(limit + 1, '\0');
  text.resize(
      read_full(fd.get(), {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}, path));
  if (text.size() > limit) throw base::Error(base::Exit::config, path + ": file is too large");
  return text;
}

void write_all(int fd, Bytes bytes, const std::string& name) {
  while (!bytes.empty()) {
    wait_for(fd, POLLOUT);
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (errno == EPIPE) {
      throw BrokenPipe(name);
    } else if (errno != EINTR && errno != EAGAIN) {
      throw base::system_error(name, errno);
    }
  }
}

}  // namespace sluice::io
