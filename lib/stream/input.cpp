#include "stream/input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "io/proof.hpp"

namespace sluice::stream {

using base::Error;
using base::Exit;

namespace {

constexpr int kNoPause = -1;

// Bytes from the current position to the end; nullopt for all but regular files.
std::optional<std::uint64_t> bytes_left(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  const off_t at = ::lseek(fd, 0, SEEK_CUR);
  return at < 0 || at > status.st_size ? 0 : static_cast<std::uint64_t>(status.st_size - at);
}

// Tells a regular file that was written to from what it was before; nullopt for all else.
std::optional<Input::Version> version_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return Input::Version{status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

}  // namespace

Input::Input(io::Fd fd, std::string name, EofPolicy policy)
    : fd_(std::move(fd)), name_(std::move(name)), policy_(policy) {
  size_ = bytes_left(fd_.get()).value_or(0);
  version_ = version_of(fd_.get());
}

Input Input::standard(EofPolicy policy) {
  io::Fd fd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  if (!fd) throw base::system_error("standard input", errno);
  return {std::move(fd), "standard input", policy};
}

Input Input::open(const std::string& path, EofPolicy policy) {
  if (path.empty() || path == "-") return standard(policy);
  return {io::open_for_reading(path), path, policy};
}

std::size_t Input::read(base::MutableBytes into) {
  const std::size_t count = io::read_some(fd_.get(), into, name_);
  end_mark_.feed(into.first(count));
  count_ += count;
  return count;
}

std::size_t Input::read_full(base::MutableBytes into) { return read_until_pause(into, kNoPause); }

std::size_t Input::read_until_pause(base::MutableBytes into, int pause_ms) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    if (filled > 0 && pause_ms != kNoPause && !io::wait_for(fd_.get(), POLLIN, pause_ms)) break;
    const std::size_t count = read(into.subspan(filled));
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

bool Input::regular_file_read_to_its_end() const {
  return version_ && count_ == size_ && !has_changed();
}

bool Input::has_changed() const { return version_ != version_of(fd_.get()); }

void Input::require_writers_finished() const {
  const io::Proof proof = io::read_proof(fd_.get());
  if (proof == io::Proof::reported) {
    throw Error(Exit::data, name_ + ": incomplete, reported upstream");
  }
  if (proof == io::Proof::died) {
    throw Error(Exit::data, name_ + ": the writer of this stream died without a word",
                "look at the exit status of the stage before this one");
  }
}

void Input::require_whole(std::optional<Mark> decoded) const {
  require_writers_finished();
  const bool proved = io::read_proof(fd_.get()) == io::Proof::finished;
  const bool vouched = proved || regular_file_read_to_its_end();
  if (has_changed() && !policy_.trust_eof) {
    throw Error(Exit::data, name_ + ": the file was written to while it was read",
                "wait for its writer, and run again");
  }
  if (count_ == 0) {
    if (vouched || policy_.allow_empty) return;
    throw Error(Exit::data, name_ + ": empty, and nothing says that it should be",
                "did the stage before this one fail? if empty input is right, say --allow-empty");
  }
  const Judgement judgement = end_mark_.judge();
  const Mark mark = decoded.value_or(judgement.mark);
  if (mark == Mark::cut) {
    throw Error(Exit::data, name_ + ": the " + judgement.format + " is cut: " + judgement.reason);
  }
  if (vouched || policy_.trust_eof || mark == Mark::whole) return;
  throw Error(Exit::data,
              name_ + ": " + judgement.format +
                  " from a program that leaves no proof: nobody can tell whether it is whole",
              "compress with zpipe, or let s3put run the producer (s3put URL -- COMMAND), or vouch "
              "for it with --trust-eof");
}

}  // namespace sluice::stream
