#pragma once
// The life of every tool: mark the pipe, parse, run the body, report, prove, exit.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/exit.hpp"
#include "cli/log.hpp"
#include "cli/options.hpp"

namespace sluice::cli {

/// What a tool's body has at hand.
class Context {
 public:
  Context(const Args& args, Log& log) : args_(args), log_(log) {}

  [[nodiscard]] const Args& args() const { return args_; }
  [[nodiscard]] Log& log() const { return log_; }
  /// Shows progress while the result lives, if --progress and the terminal say so.
  [[nodiscard]] Progress show_progress(const std::atomic<std::uint64_t>& done,
                                       std::uint64_t total = 0) const;
  [[nodiscard]] Progress show_progress(Progress::Look look) const;
  /// Since the start of the tool.
  [[nodiscard]] double seconds() const;
  /// Under -v: "1.0 GiB in, 0.3 GiB out, 3.1 s, ratio 3.05".
  void summary(std::uint64_t in, std::uint64_t out) const;

 private:
  const Args& args_;
  Log& log_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Throws base::Error (usage) when stdout is a terminal: binary data does not belong there.
void refuse_terminal(std::string_view what);

using Body = base::Exit (*)(const Context&);

/// Runs `body` as the tool and returns main's value. A body that returns has finished: its
/// result is proved on the pipe. A body that throws has not.
int run(int argc, char** argv, const Tool& tool, Body body);

/// One of several things that a tool does; `tool.mode` is the first word of its command line.
struct Mode {
  Tool tool;
  Body body;
};

/// run() for the mode that the first argument names. Without one the tool has --help, which lists
/// the modes, and --version.
int run(int argc, char** argv, std::string_view name, std::string_view purpose,
        const std::vector<Mode>& modes);

}  // namespace sluice::cli
