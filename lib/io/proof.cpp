#include "io/proof.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

namespace sluice::io {

namespace {

constexpr mode_t kWriting = S_IXOTH;
constexpr mode_t kFinished = S_IXGRP;
constexpr mode_t kBroken = S_IXUSR;
constexpr mode_t kReported = S_ISVTX;

// Sizes that nobody else asks for. "Writing" is the larger one: to say "finished" is to shrink,
// which the kernel refuses while the pipe holds more than that, so a failed change never claims
// too much.
constexpr int kSizeWriting = 128 << 10;
constexpr int kSizeFinished = 16 << 10;
// What a writer leaves that found another one's "writing": that other one may still finish.
constexpr int kSizeBroken = 256 << 10;
// What a writer that marks the mode takes for speed; it means nothing.
constexpr int kSizeForSpeed = 512 << 10;

bool is_anonymous_pipe(int fd) {
  struct statfs filesystem {};
  return ::fstatfs(fd, &filesystem) == 0 && filesystem.f_type == PIPEFS_MAGIC;
}

mode_t mode_of(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? status.st_mode & 07777 : 0;
}

int size_of(int fd) { return ::fcntl(fd, F_GETPIPE_SZ); }

// Held while marks are read and changed: of two writers that start at the same moment, the second
// has to find the first one's mark. A POSIX lock: it is the process's, so it also tells apart those
// that inherited one descriptor. A kernel without locks on pipes leaves only that moment open.
class MarksLock {
 public:
  explicit MarksLock(int fd) : fd_(fd) { set(F_WRLCK); }
  ~MarksLock() { set(F_UNLCK); }
  MarksLock(const MarksLock&) = delete;
  MarksLock& operator=(const MarksLock&) = delete;

 private:
  void set(short type) const {
    struct flock all {};
    all.l_type = type;
    all.l_whence = SEEK_SET;
    while (::fcntl(fd_, F_SETLKW, &all) < 0 && errno == EINTR) {
    }
  }

  int fd_;
};

// Where pages have 16 KiB a pipe comes with the size of "broken", which says nothing there.
bool says_writing(int size) {
  const bool comes_so = size == 16 * ::sysconf(_SC_PAGESIZE);
  return size == kSizeWriting || (size == kSizeBroken && !comes_so);
}

// To shrink a pipe, a slow reader has to make room first; false when the reader has gone, or the
// kernel allows no change at all.
bool set_size(int fd, int size) {
  while (::fcntl(fd, F_SETPIPE_SZ, size) < 0) {
    pollfd reader{fd, 0, 0};
    if (errno != EBUSY || ::poll(&reader, 1, 5) < 0) return false;
    if ((reader.revents & POLLERR) != 0) return false;
  }
  return true;
}

}  // namespace

WriterProof::WriterProof(int fd) : fd_(fd) {
  if (!is_anonymous_pipe(fd)) return;
  const MarksLock lock(fd);
  const mode_t mode = mode_of(fd);
  const bool size_says_writing = says_writing(size_of(fd));
  const bool mode_says_writing = (mode & (kWriting | kFinished)) == kWriting;
  broken_ = mode_says_writing || size_says_writing || (mode & kBroken) != 0;
  const mode_t marked = (mode & ~kFinished) | kWriting | (broken_ ? kBroken : 0);
  if (::fchmod(fd, marked) == 0) {
    channel_ = Channel::mode;
    if (!size_says_writing) ::fcntl(fd, F_SETPIPE_SZ, kSizeForSpeed);
  } else if (set_size(fd, broken_ ? kSizeBroken : kSizeWriting)) {
    channel_ = Channel::size;
  }
}

void WriterProof::finish() {
  if (broken_ || channel_ == Channel::none) return;
  const MarksLock lock(fd_);
  if (channel_ == Channel::mode) {
    ::fchmod(fd_, mode_of(fd_) | kFinished);
  } else if (size_of(fd_) == kSizeWriting) {
    set_size(fd_, kSizeFinished);
  }
}

void WriterProof::report() {
  if (channel_ != Channel::mode) return;
  const MarksLock lock(fd_);
  ::fchmod(fd_, mode_of(fd_) | kReported);
}

Proof read_proof(int fd) {
  if (!is_anonymous_pipe(fd)) return Proof::absent;
  const mode_t mode = mode_of(fd);
  const int size = size_of(fd);
  const bool marked = (mode & kWriting) != 0;
  const bool died =
      (marked && (mode & kFinished) == 0) || (mode & kBroken) != 0 || says_writing(size);
  if (died) return (mode & kReported) != 0 ? Proof::reported : Proof::died;
  return marked || size == kSizeFinished ? Proof::finished : Proof::absent;
}

}  // namespace sluice::io
