#include "health/metrics.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.hpp"
#include "health/series.hpp"
#include "health/verdict.hpp"

namespace sluice::health {

namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

std::string escaped(const std::string& value) {
  std::string text;
  for (const char each : value) {
    if (each == '\\' || each == '"') text += '\\';
    text += each == '\n' ? "\\n" : std::string(1, each);
  }
  return text;
}

std::string labelled(const Labels& labels) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : labels) parts.push_back(name + "=\"" + escaped(value) + "\"");
  return parts.empty() ? "" : "{" + base::join(parts, ",") + "}";
}

std::int64_t unix_time(base::Time time) { return time.time_since_epoch().count(); }

// One family of metrics; written only when it has a sample.
class Family {
 public:
  Family(std::string name, std::string help) : name_(std::move(name)), help_(std::move(help)) {}

  template <class Int>
  void add(const Labels& labels, Int value) {
    line(labels, std::to_string(value));
  }
  void add_ratio(const Labels& labels, double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.6g", value);
    line(labels, text.data());
  }

  [[nodiscard]] std::string text() const {
    if (samples_.empty()) return {};
    return "# HELP " + name_ + " " + help_ + "\n# TYPE " + name_ + " gauge\n" + samples_;
  }

 private:
  void line(const Labels& labels, const std::string& value) {
    samples_ += name_ + labelled(labels) + " " + value + "\n";
  }

  std::string name_;
  std::string help_;
  std::string samples_;
};

constexpr char kLastRun[] = "sluice_run_last_timestamp_seconds";
constexpr char kLastSuccess[] = "sluice_run_last_success_timestamp_seconds";

// Not one that is dated in the future: an alert on the age would wait for that day.
const Backup* newest_by(base::Time now, const Series& series) {
  const auto last =
      std::find_if(series.backups.rbegin(), series.backups.rend(),
                   [&](const Backup& backup) { return backup.time <= now + kClockSkew; });
  return last == series.backups.rend() ? nullptr : &*last;
}

std::string of_backups(const std::vector<Series>& all, base::Time now) {
  Family newest("sluice_backup_last_success_timestamp_seconds", "Time of the newest backup.");
  Family age("sluice_backup_age_seconds", "Age of the newest backup when this was written.");
  Family size("sluice_backup_size_bytes", "Size of the newest backup.");
  Family count("sluice_backups", "Backups that are there.");
  Family stored("sluice_backup_stored_bytes", "Size of all backups together.");
  for (const Series& series : all) {
    const Labels labels{{"group", series.group}};
    std::uint64_t total = 0;
    for (const Backup& backup : series.backups) total += backup.size;
    if (const Backup* last = newest_by(now, series)) {
      newest.add(labels, unix_time(last->time));
      age.add(labels, (now - last->time).count());
      size.add(labels, last->size);
    }
    count.add(labels, series.backups.size());
    stored.add(labels, total);
  }
  return newest.text() + age.text() + size.text() + count.text() + stored.text();
}

std::string of_copies(const Facts& facts, const std::vector<Series>& all,
                      const std::vector<std::string>& copies, base::Time now) {
  Family lag("sluice_backup_replication_lag_seconds",
             "How long the oldest backup that is not in the copy has been waiting.");
  for (const std::string& place : copies) {
    const std::vector<Series> there = copies_at(facts, place);
    for (const Series& series : all) {
      lag.add({{"group", series.group}, {"copy", place}},
              replication_lag(series, find_group(there, series.group), now).count());
    }
  }
  return lag.text();
}

std::string of_marks(const Facts& facts) {
  Family mark("sluice_mark_timestamp_seconds", "Time of the newest mark.");
  const auto newest =
      std::max_element(facts.marks.begin(), facts.marks.end(),
                       [](const Mark& a, const Mark& b) { return a.time < b.time; });
  if (newest != facts.marks.end()) mark.add({}, unix_time(newest->time));
  return mark.text();
}

std::string of_history(const std::vector<RunRecord>& history) {
  Family last(kLastRun, "End of the last run.");
  Family success(kLastSuccess, "End of the last run that succeeded.");
  Family duration("sluice_run_duration_seconds", "Duration of the last run.");
  Family exit("sluice_run_exit_status", "Exit status of the last run.");
  Family ratio("sluice_run_success_ratio", "Share of the runs in the history that succeeded.");
  Family failures("sluice_run_failures_in_a_row", "Runs that failed since the last success.");
  for (const std::vector<RunRecord>& runs : by_name(history)) {
    const RunRecord* newest = last_run(runs);
    if (newest == nullptr) continue;
    const Labels labels{{"name", newest->name}};
    last.add(labels, unix_time(newest->end()));
    const auto good = std::find_if(runs.rbegin(), runs.rend(), [](const RunRecord& run) {
      return run.outcome == Outcome::success;
    });
    if (good != runs.rend()) success.add(labels, unix_time(good->end()));
    duration.add(labels, newest->duration.count());
    exit.add(labels, newest->exit);
    ratio.add_ratio(labels, success_ratio(runs));
    failures.add(labels, failures_in_a_row(runs));
  }
  return last.text() + success.text() + duration.text() + exit.text() + ratio.text() +
         failures.text();
}

// The value of one sample in a text that this file has written.
std::optional<std::uint64_t> value_of(std::string_view text, const std::string& sample) {
  for (const std::string& line : base::split(text, '\n')) {
    if (line.starts_with(sample + " ")) {
      return base::parse_number(std::string_view(line).substr(sample.size() + 1));
    }
  }
  return std::nullopt;
}

}  // namespace

std::string backup_metrics(const Facts& facts, const std::vector<RunRecord>& history,
                           const std::vector<std::string>& copies, base::Time now) {
  const std::vector<Series> all = originals(facts, copies);
  Family leftovers("sluice_incomplete_uploads", "Uploads that were begun and not ended.");
  leftovers.add({}, facts.leftovers.size());
  Family written("sluice_metrics_timestamp_seconds", "When this was written.");
  written.add({}, unix_time(now));
  return of_backups(all, now) + of_copies(facts, all, copies, now) + of_marks(facts) +
         of_history(history) + leftovers.text() + written.text();
}

std::string run_metrics(const RunRecord& run, std::string_view before) {
  const Labels labels{{"name", run.name}};
  Family last(kLastRun, "End of the last run.");
  last.add(labels, unix_time(run.end()));
  Family success(kLastSuccess, "End of the last run that succeeded.");
  const auto earlier = value_of(before, kLastSuccess + labelled(labels));
  if (run.outcome == Outcome::success) {
    success.add(labels, unix_time(run.end()));
  } else if (earlier) {
    success.add(labels, *earlier);
  }
  Family duration("sluice_run_duration_seconds", "Duration of the last run.");
  duration.add(labels, run.duration.count());
  Family exit("sluice_run_exit_status", "Exit status of the last run.");
  exit.add(labels, run.exit);
  return last.text() + success.text() + duration.text() + exit.text();
}

}  // namespace sluice::health
