#pragma once
// Words on stderr: one line a message, one write(2) a line, so that the stages of a pipeline
// never interleave. The only class that knows the terminal and its \r.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/error.hpp"

namespace sluice::cli {

enum class Verbosity { quiet, normal, verbose };
enum class LogFormat { text, json };

/// A number that a message has, for machines; names are JSON's.
struct Fact {
  std::string name;
  double value;
};

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
  void info(std::string_view message, const std::vector<Fact>& facts = {});
  /// Replaces the progress line; "" takes it away. In JSON it is a message like others.
  void progress(const std::string& line, const std::vector<Fact>& facts = {});

  [[nodiscard]] bool verbose() const { return verbosity_ == Verbosity::verbose; }
  [[nodiscard]] LogFormat format() const { return format_; }

 private:
  void line(std::string_view level, std::string_view message, std::string_view hint, int status,
            const std::vector<Fact>& facts = {});

  std::string tool_;
  Verbosity verbosity_ = Verbosity::normal;
  LogFormat format_ = LogFormat::text;
  std::mutex mutex_;
  bool progress_shown_ = false;
};

/// How much of `total` is done; 0 where `total` is 0: nobody knows it.
[[nodiscard]] double share_of(std::uint64_t done, std::uint64_t total);

/// How far something has come.
struct Standing {
  std::uint64_t bytes = 0;       ///< that went through
  double share = 0;              ///< of the whole work, up to 1; 0 where nobody knows
  std::string what = {};         ///< what it is at, for people
  std::vector<Fact> facts = {};  ///< the same for machines
};

/// Shows how far a stream has come, until it is destroyed: bytes, rate, elapsed time, what it is
/// at, and percent and time left where the share is known.
class Progress {
 public:
  /// `look` is called on a thread of its own.
  using Look = std::function<Standing()>;

  Progress(Log& log, bool enabled, Look look);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void show(double seconds);

  Log& log_;
  Look look_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace sluice::cli
