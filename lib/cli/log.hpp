#pragma once
// Words on stderr: one line a message, one write(2) a line, so that the stages of a pipeline
// never interleave. The only class that knows the terminal and its \r.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/error.hpp"

namespace sluice::cli {

enum class Verbosity { quiet, normal, verbose };
enum class LogFormat { text, json };

/// Any thread may log.
class Log {
 public:
  explicit Log(std::string tool) : tool_(std::move(tool)) {}

  void configure(Verbosity verbosity, LogFormat format) {
    verbosity_ = verbosity;
    format_ = format;
  }

  void error(const base::Error& error);
  void warning(std::string_view message);
  /// Shown under -v only.
  void info(std::string_view message);
  /// Replaces the progress line; "" takes it away. Only for a terminal.
  void progress(const std::string& line);

  [[nodiscard]] bool verbose() const { return verbosity_ == Verbosity::verbose; }

 private:
  void line(std::string_view level, std::string_view message, std::string_view hint, int status);

  std::string tool_;
  Verbosity verbosity_ = Verbosity::normal;
  LogFormat format_ = LogFormat::text;
  std::mutex mutex_;
  bool progress_shown_ = false;
};

/// Shows how far a stream has come, until it is destroyed: bytes, rate, elapsed time, and percent
/// and time left where `total` is known (0: it is not).
class Progress {
 public:
  Progress(Log& log, bool enabled, const std::atomic<std::uint64_t>& done, std::uint64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void show(double seconds);

  Log& log_;
  const std::atomic<std::uint64_t>& done_;
  std::uint64_t total_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace sluice::cli
