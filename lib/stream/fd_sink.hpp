#pragma once
// A descriptor as a sink. Its proof of completeness is cli::run's to give, after everything.

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "io/fd.hpp"
#include "stream/sink.hpp"

namespace sluice::stream {

/// Writes to `fd`, which stays the caller's.
class FdSink : public Sink {
 public:
  FdSink(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}

  void write(base::Bytes bytes) override {
    io::write_all(fd_, bytes, name_);
    count_ += bytes.size();
  }
  void finish() override {}

  /// Bytes written so far; any thread may look.
  [[nodiscard]] const std::atomic<std::uint64_t>& count() const { return count_; }

 private:
  int fd_;
  std::string name_;
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace sluice::stream
