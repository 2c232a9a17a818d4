#include "cli/log.hpp"

#include <unistd.h>

#include <chrono>

#include "base/text.hpp"
#include "base/time.hpp"
#include "io/interrupt.hpp"

namespace sluice::cli {

namespace {

constexpr std::string_view kEraseLine = "\r\x1b[K";

std::string json_line(std::string_view tool, std::string_view level, std::string_view message,
                      std::string_view hint, int status) {
  std::string text = "{\"time\":" + base::json_quote(base::rfc3339(base::now())) +
                     ",\"tool\":" + base::json_quote(tool) +
                     ",\"level\":" + base::json_quote(level) +
                     ",\"message\":" + base::json_quote(message);
  if (!hint.empty()) text += ",\"hint\":" + base::json_quote(hint);
  if (status >= 0) text += ",\"status\":" + std::to_string(status);
  return text + "}\n";
}

std::string text_lines(std::string_view tool, std::string_view level, std::string_view message,
                       std::string_view hint) {
  const std::string who(tool);
  std::string text = who + ": ";
  if (level != "info") text += std::string(level) + ": ";
  text += base::printable(message) + "\n";
  if (!hint.empty()) text += who + ": hint: " + base::printable(hint) + "\n";
  return text;
}

}  // namespace

void Log::error(const base::Error& error) {
  line("error", error.what(), error.hint(), static_cast<int>(error.status()));
}

void Log::warning(std::string_view message) {
  if (verbosity_ != Verbosity::quiet) line("warning", message, {}, -1);
}

void Log::info(std::string_view message) {
  if (verbosity_ == Verbosity::verbose) line("info", message, {}, -1);
}

void Log::line(std::string_view level, std::string_view message, std::string_view hint,
               int status) {
  std::string text = format_ == LogFormat::json ? json_line(tool_, level, message, hint, status)
                                                : text_lines(tool_, level, message, hint);
  const std::lock_guard lock(mutex_);
  if (progress_shown_) text = std::string(kEraseLine) + text;
  progress_shown_ = false;
  // Nobody is left to tell when stderr fails.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

void Log::progress(const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (line.empty() && !progress_shown_) return;
  const std::string text = std::string(kEraseLine) + line;
  progress_shown_ = !line.empty();
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

Progress::Progress(Log& log, bool enabled, const std::atomic<std::uint64_t>& done,
                   std::uint64_t total)
    : log_(log), done_(done), total_(total) {
  if (!enabled) return;
  thread_ = std::thread([this] {
    using Clock = std::chrono::steady_clock;
    io::leave_signals_to_main_thread();
    const auto start = Clock::now();
    std::unique_lock lock(mutex_);
    while (!stop_.wait_for(lock, std::chrono::milliseconds(500), [&] { return stopped_; })) {
      show(std::chrono::duration<double>(Clock::now() - start).count());
    }
  });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  stop_.notify_all();
  thread_.join();
  log_.progress({});
}

void Progress::show(double seconds) {
  const std::uint64_t done = done_;
  const double rate = static_cast<double>(done) / seconds;
  const auto clock = [](double s) {
    const auto whole = static_cast<std::uint64_t>(s);
    const auto two = [](std::uint64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return std::to_string(whole / 3600) + ":" + two(whole / 60 % 60) + ":" + two(whole % 60);
  };
  std::string line = base::human_size(done) + "  " +
                     base::human_size(static_cast<std::uint64_t>(rate)) + "/s  " + clock(seconds);
  if (total_ > 0 && done <= total_ && rate > 0) {
    line += "  " + std::to_string(done * 100 / total_) + " %  " +
            clock(static_cast<double>(total_ - done) / rate) + " left";
  }
  log_.progress(line);
}

}  // namespace sluice::cli
