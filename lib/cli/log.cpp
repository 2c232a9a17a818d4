#include "cli/log.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>

#include "base/text.hpp"
#include "base/time.hpp"
#include "io/interrupt.hpp"

namespace sluice::cli {

namespace {

constexpr std::string_view kEraseLine = "\r\x1b[K";

std::string json_line(std::string_view tool, std::string_view level, std::string_view message,
                      std::string_view hint, int status, const std::vector<Fact>& facts) {
  std::string text = "{\"time\":" + base::json_quote(base::rfc3339(base::now())) +
                     ",\"tool\":" + base::json_quote(tool) +
                     ",\"level\":" + base::json_quote(level) +
                     ",\"message\":" + base::json_quote(message);
  if (!hint.empty()) text += ",\"hint\":" + base::json_quote(hint);
  if (status >= 0) text += ",\"status\":" + std::to_string(status);
  for (const Fact& fact : facts) {
    std::array<char, 32> number{};
    std::snprintf(number.data(), number.size(), "%.15g", fact.value);
    text += "," + base::json_quote(fact.name) + ":" + number.data();
  }
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

void Log::info(std::string_view message, const std::vector<Fact>& facts) {
  if (verbosity_ == Verbosity::verbose) line("info", message, {}, -1, facts);
}

void Log::line(std::string_view level, std::string_view message, std::string_view hint, int status,
               const std::vector<Fact>& facts) {
  std::string text = format_ == LogFormat::json
                         ? json_line(tool_, level, message, hint, status, facts)
                         : text_lines(tool_, level, message, hint);
  const std::lock_guard lock(mutex_);
  if (progress_shown_) text = std::string(kEraseLine) + text;
  progress_shown_ = false;
  // Nobody is left to tell when stderr fails.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

void Log::progress(const std::string& text_line, const std::vector<Fact>& facts) {
  if (format_ == LogFormat::json) {
    if (!text_line.empty()) line("progress", text_line, {}, -1, facts);
    return;
  }
  const std::lock_guard lock(mutex_);
  if (text_line.empty() && !progress_shown_) return;
  const std::string text = std::string(kEraseLine) + text_line;
  progress_shown_ = !text_line.empty();
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

double share_of(std::uint64_t done, std::uint64_t total) {
  return total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
}

Progress::Progress(Log& log, bool enabled, Look look) : log_(log), look_(std::move(look)) {
  if (!enabled) return;
  thread_ = std::thread([this] {
    using Clock = std::chrono::steady_clock;
    // A line that stays is enough now and then.
    const std::chrono::milliseconds pause(log_.format() == LogFormat::json ? 1000 : 500);
    io::leave_signals_to_main_thread();
    const auto start = Clock::now();
    std::unique_lock lock(mutex_);
    while (!stop_.wait_for(lock, pause, [&] { return stopped_; })) {
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
  const Standing standing = look_();
  const double rate = static_cast<double>(standing.bytes) / seconds;
  const auto clock = [](double s) {
    const auto whole = static_cast<std::uint64_t>(s);
    const auto two = [](std::uint64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return std::to_string(whole / 3600) + ":" + two(whole / 60 % 60) + ":" + two(whole % 60);
  };
  std::string line = base::human_size(standing.bytes) + "  " +
                     base::human_size(static_cast<std::uint64_t>(rate)) + "/s  " + clock(seconds);
  std::vector<Fact> facts{{"bytes", static_cast<double>(standing.bytes)}, {"seconds", seconds}};
  facts.insert(facts.end(), standing.facts.begin(), standing.facts.end());
  if (!standing.what.empty()) line += "  " + standing.what;
  if (standing.share > 0 && standing.share <= 1) {
    const double percent = standing.share * 100;
    const double left = seconds * (1 - standing.share) / standing.share;
    line += "  " + std::to_string(static_cast<int>(percent)) + " %  " + clock(left) + " left";
    facts.push_back({"percent", percent});
    facts.push_back({"seconds_left", left});
  }
  log_.progress(line, facts);
}

}  // namespace sluice::cli
