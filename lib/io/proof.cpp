#include "io/proof.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>
#include <optional>

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
// What a writer that marks the mode takes for speed; it means nothing.
constexpr int kSizeForSpeed = 512 << 10;

// The mode of an anonymous pipe; nothing for all else.
std::optional<mode_t> pipe_mode(int fd) {
  struct stat status {};
  struct statfs filesystem {};
  if (::fstat(fd, &status) < 0 || !S_ISFIFO(status.st_mode)) return std::nullopt;
  if (::fstatfs(fd, &filesystem) < 0 || filesystem.f_type != PIPEFS_MAGIC) return std::nullopt;
  return status.st_mode & 07777;
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
  const auto mode = pipe_mode(fd);
  if (!mode) return;
  const bool size_says_writing = ::fcntl(fd, F_GETPIPE_SZ) == kSizeWriting;
  const bool mode_says_writing = (*mode & (kWriting | kFinished)) == kWriting;
  broken_ = mode_says_writing || size_says_writing || (*mode & kBroken) != 0;
  const mode_t marked = (*mode & ~kFinished) | kWriting | (broken_ ? kBroken : 0);
  if (::fchmod(fd, marked) == 0) {
    channel_ = Channel::mode;
    if (!size_says_writing) ::fcntl(fd, F_SETPIPE_SZ, kSizeForSpeed);
  } else if (set_size(fd, kSizeWriting)) {
    channel_ = Channel::size;
  }
}

void WriterProof::finish() {
  if (broken_) return;
  if (channel_ == Channel::mode) {
    if (const auto mode = pipe_mode(fd_)) ::fchmod(fd_, *mode | kFinished);
  } else if (channel_ == Channel::size) {
    set_size(fd_, kSizeFinished);
  }
}

void WriterProof::report() {
  if (channel_ != Channel::mode) return;
  if (const auto mode = pipe_mode(fd_)) ::fchmod(fd_, *mode | kReported);
}

Proof read_proof(int fd) {
  const auto mode = pipe_mode(fd);
  if (!mode) return Proof::absent;
  const int size = ::fcntl(fd, F_GETPIPE_SZ);
  const bool marked = (*mode & kWriting) != 0;
  const bool died =
      (marked && (*mode & kFinished) == 0) || (*mode & kBroken) != 0 || size == kSizeWriting;
  if (died) return (*mode & kReported) != 0 ? Proof::reported : Proof::died;
  return marked || size == kSizeFinished ? Proof::finished : Proof::absent;
}

}  // namespace sluice::io
