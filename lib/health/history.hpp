#pragma once
// The history of runs: what `sentinel run` appends, one JSON object a line.
//
//   {"name":"appdb","start":"2025-12-18T01:00:00Z","duration":904,"status":"success","exit":0,
//    "tries":1}
//
// "status" is success, failed, or skipped (another run held the lock). "exit" is the command's
// exit status, 128 + N where signal N killed it. "reason" says in words why a run failed.

#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace sluice::health {

enum class Outcome { success, failed, skipped };

[[nodiscard]] std::string_view outcome_name(Outcome outcome);

struct RunRecord {
  std::string name;
  base::Time start{};
  std::chrono::seconds duration{};
  Outcome outcome = Outcome::failed;
  int exit = 0;
  unsigned tries = 1;
  std::string reason = {};

  [[nodiscard]] base::Time end() const { return start + duration; }
};

/// One line, with its newline.
[[nodiscard]] std::string to_line(const RunRecord& run);

/// In the order of their starts. A last line without its newline was cut by a crash or a full disk
/// and is left out. Throws: base::Error (data) with the number of the line.
[[nodiscard]] std::vector<RunRecord> parse_history(std::string_view text);

/// What share of the runs that were not skipped succeeded; 1 where there was none.
[[nodiscard]] double success_ratio(const std::vector<RunRecord>& runs);

/// How many of the newest runs failed one after the other.
[[nodiscard]] std::size_t failures_in_a_row(const std::vector<RunRecord>& runs);

/// The newest one that was not skipped; nullptr where there is none.
[[nodiscard]] const RunRecord* last_run(const std::vector<RunRecord>& runs);

}  // namespace sluice::health
