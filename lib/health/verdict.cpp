#include "health/verdict.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

#include "base/text.hpp"

namespace sluice::health {

using base::human_duration;
using base::human_size;
using std::chrono::seconds;

std::string_view indicator_name(Indicator indicator) {
  static constexpr std::array<std::string_view, 11> kNames{
      "dump",     "upload",   "mark",     "size",     "shrink", "count",
      "schedule", "leftover", "failures", "duration", "space"};
  return kNames.at(static_cast<std::size_t>(indicator));
}

Severity Verdict::severity() const {
  Severity worst = Severity::ok;
  for (const Finding& finding : findings) worst = std::max(worst, finding.severity);
  return worst;
}

bool Verdict::has(Indicator indicator) const {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return finding.indicator == indicator; });
}

std::vector<std::vector<RunRecord>> by_name(const std::vector<RunRecord>& history) {
  std::map<std::string, std::vector<RunRecord>> names;
  for (const RunRecord& run : history) names[run.name].push_back(run);
  std::vector<std::vector<RunRecord>> all;
  for (auto& [name, runs] : names) all.push_back(std::move(runs));
  return all;
}

namespace {

class Judge {
 public:
  Judge(const Facts& facts, const std::vector<RunRecord>& history, const std::vector<Space>& spaces,
        const Limits& limits, base::Time now)
      : facts_(facts),
        history_(history),
        spaces_(spaces),
        limits_(limits),
        now_(now),
        originals_(originals(facts, limits.copies)) {}

  Verdict verdict() && {
    dump();
    upload();
    mark();
    for (const Series& series : originals_) {
      size(series);
      shrink(series);
      count(series);
      schedule(series);
    }
    leftovers();
    for (const std::vector<RunRecord>& runs : by_name(history_)) {
      failures(runs);
      duration(runs);
    }
    for (const Space& space : spaces_) room(space);
    std::stable_sort(verdict_.findings.begin(), verdict_.findings.end(),
                     [](const Finding& a, const Finding& b) { return a.indicator < b.indicator; });
    verdict_.diagnosis = diagnosis();
    return std::move(verdict_);
  }

 private:
  void find(Indicator indicator, Severity severity, const std::string& subject, std::string text) {
    verdict_.findings.push_back({indicator, severity, subject, std::move(text)});
  }

  // "30h old (2025-12-18T01:15:04Z), at most 26h"; nothing where all is well.
  [[nodiscard]] std::string stale(base::Time time, const std::optional<seconds>& limit) const {
    const std::string when = " (" + base::rfc3339(time) + ")";
    if (time > now_ + kClockSkew) return "dated in the future" + when;
    if (!limit || now_ - time <= *limit) return {};
    return human_duration(now_ - time) + " old" + when + ", at most " + human_duration(*limit);
  }

  void dump() {
    for (const Series& series : originals_) {
      const std::string text = stale(series.newest().time, limits_.max_age);
      if (!text.empty()) {
        find(Indicator::dump, Severity::critical, series.group, "the newest backup is " + text);
      }
    }
    for (const std::string& group : limits_.expect) {
      if (find_group(originals_, group) == nullptr) {
        find(Indicator::dump, Severity::critical, group, "there is no backup");
      }
    }
    const bool judges_backups = limits_.min_size || limits_.max_shrink || limits_.min_count ||
                                limits_.expect_every || !limits_.copies.empty();
    if (originals_.empty() && limits_.expect.empty() && (facts_.marks.empty() || judges_backups)) {
      find(Indicator::dump, Severity::critical, "", "there is no backup");
    }
  }

  void upload() {
    if (!limits_.max_lag) return;
    for (const std::string& place : limits_.copies) {
      const std::vector<Series> copies = copies_at(facts_, place);
      for (const Series& series : originals_) {
        const seconds lag = replication_lag(series, find_group(copies, series.group), now_);
        if (lag <= *limits_.max_lag) continue;
        find(Indicator::upload, Severity::critical, series.group,
             "what was made " + human_duration(lag) + " ago is not in " + place + ", at most " +
                 human_duration(*limits_.max_lag));
      }
    }
  }

  void mark() {
    if (facts_.marks.empty()) {
      if (limits_.max_mark_age) find(Indicator::mark, Severity::critical, "", "there is no mark");
      return;
    }
    const Mark& newest =
        *std::max_element(facts_.marks.begin(), facts_.marks.end(),
                          [](const Mark& a, const Mark& b) { return a.time < b.time; });
    const std::string text =
        stale(newest.time, limits_.max_mark_age ? limits_.max_mark_age : limits_.max_age);
    if (!text.empty()) {
      find(Indicator::mark, Severity::critical, newest.note, "the newest mark is " + text);
    }
  }

  void size(const Series& series) {
    const std::uint64_t bytes = series.newest().size;
    if (!limits_.min_size || bytes >= *limits_.min_size) return;
    find(Indicator::size, Severity::critical, series.group,
         "the newest backup has " + human_size(bytes) + ", at least " +
             human_size(*limits_.min_size));
  }

  void shrink(const Series& series) {
    if (!limits_.max_shrink || series.backups.size() < 2) return;
    std::vector<double> before;
    const std::size_t last = series.backups.size() - 1;
    for (std::size_t i = last - std::min(last, kCompared); i < last; ++i) {
      before.push_back(static_cast<double>(series.backups[i].size));
    }
    const double usual = median(before);
    const auto newest = static_cast<double>(series.newest().size);
    if (newest * 100 >= usual * (100 - *limits_.max_shrink)) return;
    find(Indicator::shrink, Severity::critical, series.group,
         "the newest backup has " + human_size(series.newest().size) + ", those before it " +
             human_size(static_cast<std::uint64_t>(usual)) + ", at most " +
             std::to_string(*limits_.max_shrink) + "% smaller");
  }

  void count(const Series& series) {
    if (!limits_.min_count || series.backups.size() >= *limits_.min_count) return;
    find(Indicator::count, Severity::warning, series.group,
         std::to_string(series.backups.size()) + " backups, at least " +
             std::to_string(*limits_.min_count));
  }

  void schedule(const Series& series) {
    if (!limits_.expect_every) return;
    const seconds window = limits_.gaps_since.value_or(*limits_.expect_every * 7);
    for (const Gap& gap : gaps(series, *limits_.expect_every, now_ - window)) {
      find(Indicator::schedule, Severity::warning, series.group,
           "nothing for " + human_duration(gap.before - gap.after) + " from " +
               base::rfc3339(gap.after) + " to " + base::rfc3339(gap.before) + ", one every " +
               human_duration(*limits_.expect_every));
    }
  }

  void leftovers() {
    if (!limits_.max_leftover_age) return;
    for (const Leftover& leftover : facts_.leftovers) {
      const seconds age = now_ - leftover.started;
      if (age <= *limits_.max_leftover_age) continue;
      find(Indicator::leftover, Severity::warning, leftover.url,
           "an upload was begun " + human_duration(age) + " ago and never ended");
    }
  }

  void failures(const std::vector<RunRecord>& runs) {
    const std::size_t count = failures_in_a_row(runs);
    if (!limits_.max_failures || count < *limits_.max_failures) return;
    const RunRecord& last = *last_run(runs);
    find(Indicator::failures, Severity::critical, last.name,
         std::to_string(count) + (count == 1 ? " failure" : " failures in a row") +
             (last.reason.empty() ? "" : ", the last: " + last.reason));
  }

  // Only what succeeded is compared: a run that failed at once says nothing about time.
  void duration(const std::vector<RunRecord>& runs) {
    std::vector<double> times;
    for (const RunRecord& run : runs) {
      if (run.outcome == Outcome::success) {
        times.push_back(static_cast<double>(run.duration.count()));
      }
    }
    if (times.empty()) return;
    const seconds last(static_cast<seconds::rep>(times.back()));
    const std::string took = "the last run took " + human_duration(last);
    if (limits_.max_duration && last > *limits_.max_duration) {
      find(Indicator::duration, Severity::warning, runs.back().name,
           took + ", at most " + human_duration(*limits_.max_duration));
    }
    times.pop_back();
    if (!limits_.max_duration_factor || times.empty()) return;
    if (times.size() > kCompared) times.erase(times.begin(), times.end() - kCompared);
    const double usual = median(times);
    if (static_cast<double>(last.count()) <= usual * *limits_.max_duration_factor) return;
    std::array<char, 16> factor{};
    std::snprintf(factor.data(), factor.size(), "%g", *limits_.max_duration_factor);
    find(Indicator::duration, Severity::warning, runs.back().name,
         took + ", those before it " + human_duration(seconds(std::lround(usual))) + ", at most " +
             factor.data() + " times that");
  }

  void room(const Space& space) {
    const std::uint64_t least =
        space.least_bytes.value_or(space.total / 100 * space.least_percent.value_or(0));
    if (space.free >= least) return;
    find(
        Indicator::space, Severity::critical, space.path,
        human_size(space.free) + " free of " + human_size(space.total) + ", at least " +
            (space.least_percent ? std::to_string(*space.least_percent) + "%" : human_size(least)));
  }

  // Which of the two jobs is to blame, the one that makes backups or the one that uploads them.
  [[nodiscard]] std::string diagnosis() const {
    const bool uploads_seen = !facts_.marks.empty() || (limits_.max_lag && !limits_.copies.empty());
    if (!uploads_seen || (originals_.empty() && limits_.expect.empty())) return {};
    const bool no_dumps = verdict_.has(Indicator::dump);
    const bool no_uploads = verdict_.has(Indicator::mark) || verdict_.has(Indicator::upload);
    if (no_dumps && no_uploads) {
      return limits_.copies.empty()
                 ? "uploads fail; whether backups are made, only the place where "
                   "they are made can tell"
                 : "backups are not made, and uploads fail";
    }
    if (no_dumps) return "backups are not made; uploads run";
    if (no_uploads) return "uploads fail; backups are made";
    return {};
  }

  const Facts& facts_;
  const std::vector<RunRecord>& history_;
  const std::vector<Space>& spaces_;
  const Limits& limits_;
  base::Time now_;
  std::vector<Series> originals_;
  Verdict verdict_;
};

}  // namespace

Verdict judge(const Facts& facts, const std::vector<RunRecord>& history,
              const std::vector<Space>& spaces, const Limits& limits, base::Time now) {
  return Judge(facts, history, spaces, limits, now).verdict();
}

}  // namespace sluice::health
