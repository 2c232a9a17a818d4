#pragma once
// What the modes of sentinel share.

#include <string>
#include <vector>

#include "cli/run.hpp"
#include "health/verdict.hpp"

namespace sluice::sentinel {

[[nodiscard]] cli::Mode mark_mode();
[[nodiscard]] cli::Mode check_mode();
[[nodiscard]] cli::Mode run_mode();
[[nodiscard]] cli::Mode metrics_mode();
[[nodiscard]] cli::Mode page_mode();

/// What check and page judge by: the limits, and the facts that options name.
struct Question {
  health::Limits limits;
  std::string history;  ///< a path; "": none
  std::vector<health::Space> spaces;
};

/// The options of a Question, with `more` after them.
[[nodiscard]] std::vector<cli::Option> question_options(std::vector<cli::Option> more);
[[nodiscard]] Question question_from(const cli::Args& args);

/// The facts on standard input. Throws: base::Error.
[[nodiscard]] health::Facts read_facts(const cli::Args& args);
/// The runs in the file `path`; none for "". Throws: base::Error.
[[nodiscard]] std::vector<health::RunRecord> read_history(const std::string& path);
/// Asks the file systems. Throws: base::Error.
void measure(std::vector<health::Space>& spaces);

/// Replaces the file `path` at once, readable for everybody: another user's program collects it.
/// Throws: base::Error.
void write_for_all(const std::string& path, const std::string& text);
/// To the file that --output names, by write_for_all(), or to standard output.
void write_output(const cli::Args& args, const std::string& text);

}  // namespace sluice::sentinel
