#pragma once
// File descriptors: ownership, and reads and writes that are whole or an error.
// Every blocking call here ends early, by io::Interrupted, when a signal was recorded.

#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace sluice::io {

/// Owns one descriptor; closes it, ignoring errors (close_checked() is for data). Move only.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { reset(); }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }
  int release();
  void reset();
  /// Closes and reports what the kernel says about delayed writes. Throws: base::Error.
  void close_checked(const std::string& name);

 private:
  int fd_ = -1;
};

/// The reader of our output has gone: what SIGPIPE says, as an exception.
class BrokenPipe : public base::Error {
 public:
  explicit BrokenPipe(const std::string& name)
      : base::Error(base::Exit::io, name + ": the reader has gone") {}
};

/// Opens a file for reading, close-on-exec; refuses directories. Throws: base::Error.
[[nodiscard]] Fd open_for_reading(const std::string& path);

/// A file of `bytes` that is nowhere but in memory. Throws: base::Error.
[[nodiscard]] Fd memory_file(const std::string& name, base::Bytes bytes);

/// Up to into.size() bytes; 0 only at end of file. Throws: base::Error, Interrupted.
[[nodiscard]] std::size_t read_some(int fd, base::MutableBytes into, const std::string& name);

/// Reads until `into` is full or the file ends. Throws: base::Error, Interrupted.
[[nodiscard]] std::size_t read_full(int fd, base::MutableBytes into, const std::string& name);

/// The whole file, refused above `limit` bytes. Throws: base::Error.
[[nodiscard]] std::string read_file(const std::string& path, std::size_t limit = 16 << 20);

/// Writes all of `bytes`, to blocking and non-blocking descriptors alike.
/// Throws: BrokenPipe, base::Error, Interrupted.
void write_all(int fd, base::Bytes bytes, const std::string& name);

/// Waits until `fd` has one of the poll(2) `events`; false after `timeout_ms` (-1: no limit).
/// Throws: Interrupted.
bool wait_for(int fd, short events, int timeout_ms = -1);

}  // namespace sluice::io
