// sentinel run: runs a command, and says how it went to whoever wants to know.
#include "sentinel_run.hpp"
#include "base/text.hpp"
#include "io/interrupt.hpp"
#include "sentinel.hpp"
#include "sentinel_books.hpp"
#include "sentinel_command.hpp"

namespace sluice::sentinel {

namespace {

using base::Error;
using base::Exit;
using health::Outcome;
using std::chrono::seconds;
using std::chrono::steady_clock;

// Services take no more than this of a log (healthchecks.io: 10 kB of older versions).
constexpr std::size_t kLogTail = 10'000;

class Run {
 public:
  Run(const cli::Context& context, const RunSettings& settings)
      : log_(context.log()),
        settings_(settings),
        notifier_(settings.channels, [this](std::string_view text) { log_.warning(text); }) {
    record_.name = settings.name;
    record_.start = base::now();
  }

  Exit all() {
    const io::UnwindOnSignal the_end_is_told;
    const io::Fd lock = lock_or_skip();
    notifier_.start();
    int signal = 0;
    try {
      tries();
    } catch (const io::Interrupted& interrupted) {
      signal = interrupted.signal;
      end(Outcome::failed, 128 + signal, "sentinel was ended by signal " + std::to_string(signal));
    }
    {
      const io::IgnoreInterrupt the_end_is_told_first;
      keep_to_ourselves(lock);
      tell();
    }
    if (signal != 0) throw io::Interrupted{signal};
    if (record_.outcome == Outcome::success) return Exit::ok;
    throw Error(static_cast<Exit>(record_.exit), settings_.name + ": " + record_.reason,
                tail_.lines().empty() ? "it said nothing on stderr" : "what it said is above");
  }

 private:
  // Nothing was run: neither a success nor a failure of the command.
  io::Fd lock_or_skip() {
    try {
      return take_lock(settings_.lock);
    } catch (const Error& error) {
      end(Outcome::skipped, static_cast<int>(error.status()), error.what());
      if (!settings_.history.empty()) keep([&] { append_history(settings_.history, record_); });
      throw;
    }
  }

  void tries() {
    const auto deadline =
        settings_.timeout ? begin_ + *settings_.timeout : steady_clock::time_point::max();
    seconds pause = settings_.backoff;
    for (unsigned number = 1;; ++number, pause = longer(pause)) {
      record_.tries = number;
      const Try last = run_command(settings_.command, deadline, tail_);
      if (last.reason.empty()) return end(Outcome::success, 0, "");
      const bool timed_out = last.reason == "timed out";
      end(Outcome::failed, last.exit,
          timed_out ? "timed out after " + base::human_duration(*settings_.timeout) : last.reason);
      if (!last.again || number > settings_.retries || steady_clock::now() + pause >= deadline) {
        return;
      }
      log_.warning(settings_.name + ": " + record_.reason + ", trying again in " +
                   base::human_duration(pause));
      pause_for(pause);
    }
  }

  void end(Outcome outcome, int exit, std::string reason) {
    record_.outcome = outcome;
    record_.exit = exit;
    record_.reason = std::move(reason);
    record_.duration = std::chrono::round<seconds>(steady_clock::now() - begin_);
  }

  // The books first: where they cannot be kept, the run is not told as a success.
  void tell() {
    keep_metrics();
    const Outcome before = record_.outcome;
    if (!settings_.history.empty()) keep([&] { append_history(settings_.history, record_); });
    if (record_.outcome != before) keep_metrics();
    notifier_.finish({.name = record_.name,
                      .host = settings_.host,
                      .start = record_.start,
                      .duration = record_.duration,
                      .success = record_.outcome == Outcome::success,
                      .exit = record_.exit,
                      .reason = record_.reason,
                      .log = tail_.lines()});
  }

  // What was there before this run counts, however often its own metrics are written.
  void keep_metrics() {
    if (settings_.metrics.empty()) return;
    keep([&] {
      if (!metrics_before_) metrics_before_ = read_metrics(settings_.metrics);
      write_metrics(settings_.metrics, record_, *metrics_before_);
    });
  }

  template <class Action>
  void keep(const Action& action) {
    try {
      action();
    } catch (const Error& error) {
      if (record_.outcome == Outcome::success) {
        end(Outcome::failed, static_cast<int>(error.status()),
            std::string("the command succeeded, but its books cannot be kept: ") + error.what());
      } else {
        log_.warning(error.what());
      }
    }
  }

  cli::Log& log_;
  const RunSettings& settings_;
  notify::Notifier notifier_;
  const steady_clock::time_point begin_ = steady_clock::now();
  health::RunRecord record_;
  std::optional<std::string> metrics_before_;
  Tail tail_{kLogTail};
};

Exit body(const cli::Context& context) {
  const RunSettings settings = run_settings_from(context.args());
  return Run(context, settings).all();
}

}  // namespace

cli::Mode run_mode() { return {run_tool(), body}; }

}  // namespace sluice::sentinel
