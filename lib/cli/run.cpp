#include "cli/run.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <limits>
#include <new>
#include <optional>
#include <string>

#include "base/text.hpp"
#include "io/fd.hpp"
#include "io/interrupt.hpp"
#include "io/proof.hpp"

namespace sluice::cli {

using base::Error;
using base::Exit;

namespace {

constexpr char kStdout[] = "standard output";

// Buffers of a megabyte or two come and go all the time: their pages stay with the process, in one
// arena. To hand them back and to fault them in again took a fifth of the CPU seconds of
// decompression. Larger ones, parts of an upload, have a pool of their own.
void keep_freed_pages() {
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

// A closed standard descriptor would be taken by the next open(2). It is replaced by one that
// fails in the direction it would be used in.
void hold_standard_descriptors() {
  const std::array<int, 3> wrong_way{O_WRONLY, O_RDONLY, O_RDWR};
  for (int fd = 0; fd < 3; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    [[maybe_unused]] const int held =
        ::open("/dev/null", wrong_way.at(static_cast<std::size_t>(fd)));
  }
}

void print(const std::string& text) { io::write_all(STDOUT_FILENO, base::as_bytes(text), kStdout); }

template <class Value>
Value choose(const Args& args, const std::string& key, const std::map<std::string, Value>& choices,
             Value fallback) {
  const auto text = args.value(key);
  if (!text) return fallback;
  const auto found = choices.find(*text);
  if (found != choices.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) names.push_back(name);
  throw usage_error("--" + key + ": not one of " + base::join(names, ", ") + ": " +
                    base::printable(*text));
}

void configure(Log& log, const Args& args) {
  const LogFormat format =
      choose(args, "log-format",
             std::map<std::string, LogFormat>{{"text", LogFormat::text}, {"json", LogFormat::json}},
             LogFormat::text);
  log.configure(Verbosity::normal, format);
  if (args.has("quiet") && args.has("verbose")) {
    throw usage_error("--quiet and --verbose contradict each other");
  }
  log.configure(args.has("quiet")     ? Verbosity::quiet
                : args.has("verbose") ? Verbosity::verbose
                                      : Verbosity::normal,
                format);
}

bool wants_progress(const Args& args) {
  const bool automatic = ::isatty(STDERR_FILENO) == 1 && !args.has("quiet");
  return choose(
      args, "progress",
      std::map<std::string, bool>{{"auto", automatic}, {"always", true}, {"never", false}},
      automatic);
}

// What a tool with modes says to a command line that begins with none of them.
[[noreturn]] void refuse_without_mode(const Tool& tool, const std::vector<std::string>& operands) {
  std::vector<std::string> words;
  for (const ModeName& mode : tool.modes) words.emplace_back(mode.word);
  const std::string choice = "one of " + base::join(words, ", ") + " comes first";
  if (operands.empty()) throw usage_error("a mode is missing", choice);
  const std::string& first = operands.front();
  const bool known = std::find(words.begin(), words.end(), first) != words.end();
  throw usage_error(base::printable(first) + (known ? ": comes after options" : ": no such mode"),
                    choice);
}

Exit run_body(const Tool& tool, const std::vector<std::string>& words, Log& log, Body body) {
  const Args args = parse(tool, words);
  if (args.has("help")) {
    print(help_text(tool));
    return Exit::ok;
  }
  if (args.has("version")) {
    print(std::string(tool.name) + " (sluice) " + SLUICE_VERSION + "\n");
    return Exit::ok;
  }
  configure(log, args);
  (void)wants_progress(args);  // a bad value is a usage error even where nothing is shown
  if (!tool.modes.empty()) refuse_without_mode(tool, args.operands());
  return body(Context(args, log));
}

// Runs the body; an error is reported here, and its status returned.
Exit guarded(const Tool& tool, const std::vector<std::string>& words, Log& log, bool& failed,
             Body body) {
  failed = true;
  try {
    const Exit status = run_body(tool, words, log, body);
    failed = false;
    return status;
  } catch (const io::BrokenPipe&) {
    io::die_by(SIGPIPE);
  } catch (const io::Interrupted& interrupted) {
    io::die_by(interrupted.signal);
  } catch (const Error& error) {
    const bool usage = error.status() == Exit::usage && error.hint().empty();
    log.error(
        usage ? Error(Exit::usage, error.what(), tool.command_name() + " --help lists the options")
              : error);
    return error.status();
  } catch (const std::bad_alloc&) {
    log.error(Error(Exit::temporary, "out of memory"));
    return Exit::temporary;
  } catch (const std::exception& error) {
    log.error(
        Error(Exit::software, std::string("internal error: ") + error.what(), "please report it"));
    return Exit::software;
  }
}

}  // namespace

Progress Context::show_progress(const std::atomic<std::uint64_t>& done, std::uint64_t total) const {
  return show_progress([&done, total] {
    const std::uint64_t bytes = done;
    return Standing{.bytes = bytes, .share = share_of(bytes, total)};
  });
}

Progress Context::show_progress(Progress::Look look) const {
  return {log_, wants_progress(args_), std::move(look)};
}

double Context::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Context::summary(std::uint64_t in, std::uint64_t out) const {
  std::array<char, 64> tail{};
  const double ratio = out == 0 ? 0 : static_cast<double>(in) / static_cast<double>(out);
  std::snprintf(tail.data(), tail.size(), ", %.1f s, ratio %.2f", seconds(), ratio);
  log_.info(base::human_size(in) + " in, " + base::human_size(out) + " out" + tail.data());
}

void refuse_terminal(std::string_view what) {
  if (::isatty(STDOUT_FILENO) != 1) return;
  throw usage_error("standard output: " + std::string(what) + " is not for a terminal",
                    "redirect it to a file or a pipe");
}

int run(int argc, char** argv, const Tool& tool, Body body) {
  hold_standard_descriptors();
  keep_freed_pages();
  std::optional<io::WriterProof> proof;
  if (tool.kind != Kind::wrapper) proof.emplace(STDOUT_FILENO);
  Log log{std::string(tool.name)};
  io::handle_signals();
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  bool failed = true;
  Exit status = guarded(tool, words, log, failed, body);
  if (failed) {
    if (proof) proof->report();
    return static_cast<int>(status);
  }
  if (proof) proof->finish();
  try {
    io::Fd(STDOUT_FILENO).close_checked(kStdout);
  } catch (const Error& error) {
    log.error(error);
    status = error.status();
  }
  return static_cast<int>(status);
}

int run(int argc, char** argv, std::string_view name, std::string_view purpose,
        const std::vector<Mode>& modes) {
  for (const Mode& mode : modes) {
    if (argc > 1 && mode.tool.mode == argv[1]) return run(argc - 1, argv + 1, mode.tool, mode.body);
  }
  Tool front{.name = name,
             .purpose = purpose,
             .usage = {"MODE [OPTION]..."},
             .options = {},
             .most_operands = std::numeric_limits<std::size_t>::max(),
             .notes = "MODE --help lists the options of a mode."};
  for (const Mode& mode : modes) front.modes.push_back({mode.tool.mode, mode.tool.purpose});
  return run(argc, argv, front, nullptr);
}

}  // namespace sluice::cli
