#pragma once
// Facts and limits in, a verdict out. Every indicator answers one question from facts of its own,
// so that none changes because of another's facts. Pure: the time is an argument.

#include <optional>
#include <string>
#include <vector>

#include "health/facts.hpp"
#include "health/history.hpp"
#include "health/series.hpp"

namespace sluice::health {

/// The question that a finding answers.
enum class Indicator {
  dump,      ///< are backups made? the time of the newest one, where backups are made
  upload,    ///< do copies get their backups? the newest one is there
  mark,      ///< does the pipeline that leaves marks succeed? the time of its newest mark
  size,      ///< is the newest backup as large as it has to be?
  shrink,    ///< is it much smaller than those before it?
  count,     ///< are there enough backups?
  schedule,  ///< are there holes in the schedule?
  leftover,  ///< are there uploads that were never ended?
  failures,  ///< did the last runs fail?
  duration,  ///< did the last run take much longer than those before it?
  space,     ///< is there room for the next backup?
};

[[nodiscard]] std::string_view indicator_name(Indicator indicator);

enum class Severity { ok, warning, critical };

struct Finding {
  Indicator indicator;
  Severity severity;
  std::string subject;  ///< a group, a URL, a path; may be ""
  std::string text;     ///< what was found and what the limit is
};

/// Room on a file system.
struct Space {
  std::string path;
  std::uint64_t free = 0;
  std::uint64_t total = 0;
  /// At least so much, in bytes or in percent of the total.
  std::optional<std::uint64_t> least_bytes = {};
  std::optional<unsigned> least_percent = {};
};

/// What is asked for; a limit that is not set is not judged.
struct Limits {
  std::vector<std::string> expect = {};  ///< groups that must have a backup
  std::vector<std::string> copies = {};  ///< URL prefixes of what is copied, not made
  std::optional<std::chrono::seconds> max_age = {};
  std::optional<std::chrono::seconds> max_mark_age = {};
  std::optional<std::chrono::seconds> max_lag = {};
  std::optional<std::chrono::seconds> expect_every = {};
  std::optional<std::chrono::seconds> gaps_since = {};  ///< by default seven times expect_every
  std::optional<std::chrono::seconds> max_leftover_age = {};
  std::optional<std::uint64_t> min_size = {};
  std::optional<unsigned> max_shrink = {};  ///< percent
  std::optional<std::size_t> min_count = {};
  std::optional<std::size_t> max_failures = {};
  std::optional<std::chrono::seconds> max_duration = {};
  std::optional<double> max_duration_factor = {};  ///< times the median of the runs before
};

struct Verdict {
  std::vector<Finding> findings = {};  ///< in the order of the indicators
  /// Where the indicators together tell which job is to blame; "" where they do not.
  std::string diagnosis = {};

  [[nodiscard]] Severity severity() const;
  [[nodiscard]] bool has(Indicator indicator) const;
};

/// A name or mark that is dated further ahead than this says nothing.
inline constexpr std::chrono::minutes kClockSkew{5};

/// How many of the earlier backups or runs the newest one is compared with.
inline constexpr std::size_t kCompared = 10;

[[nodiscard]] Verdict judge(const Facts& facts, const std::vector<RunRecord>& history,
                            const std::vector<Space>& spaces, const Limits& limits, base::Time now);

/// The runs of each name, by name.
[[nodiscard]] std::vector<std::vector<RunRecord>> by_name(const std::vector<RunRecord>& history);

}  // namespace sluice::health
