#include "sentinel_books.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.hpp"
#include "health/metrics.hpp"
#include "sentinel.hpp"

namespace sluice::sentinel {

using base::Error;
using base::Exit;

io::Fd take_lock(const std::string& path) {
  if (path.empty()) return {};
  // Not closed on exec: a command that outlives us keeps the lock, and so the next run away.
  // NOLINTNEXTLINE(android-cloexec-open)
  io::Fd fd(::open(path.c_str(), O_RDWR | O_CREAT, 0600));
  if (!fd) throw base::system_error(base::printable(path), errno, Exit::cannot_create);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  if (errno != EWOULDBLOCK) throw base::system_error(base::printable(path), errno);
  throw Error(Exit::temporary, base::printable(path) + ": another run holds the lock",
              "nothing was run; if this happens often, the command takes longer than its schedule");
}

void keep_to_ourselves(const io::Fd& lock) {
  if (lock) ::fcntl(lock.get(), F_SETFD, FD_CLOEXEC);
}

void append_history(const std::string& path, const health::RunRecord& run) {
  const std::string name = base::printable(path);
  io::Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!fd) throw base::system_error(name, errno, Exit::cannot_create);
  if (::flock(fd.get(), LOCK_EX) < 0) throw base::system_error(name, errno);
  const off_t before = ::lseek(fd.get(), 0, SEEK_END);
  const std::string line = to_line(run);
  const ssize_t written = ::write(fd.get(), line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size())) {
    const int error_number = written < 0 ? errno : ENOSPC;
    if (before >= 0 && ::ftruncate(fd.get(), before) < 0) throw base::system_error(name, errno);
    throw base::system_error(name, error_number);
  }
  if (::fsync(fd.get()) < 0 && errno != EINVAL) throw base::system_error(name, errno);
  fd.close_checked(name);
}

std::string read_metrics(const std::string& path) {
  try {
    return io::read_file(path);
  } catch (const Error& error) {
    if (error.status() != Exit::missing) throw;
    return {};
  }
}

void write_metrics(const std::string& path, const health::RunRecord& run,
                   const std::string& before) {
  write_for_all(path, health::run_metrics(run, before));
}

}  // namespace sluice::sentinel
