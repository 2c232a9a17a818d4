#include "health/page.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "health/html.hpp"
#include "health/page_style.hpp"
#include "health/report.hpp"

namespace sluice::health {

using base::human_duration;
using base::human_size;

namespace {

constexpr std::size_t kListed = 50;        // lines of a list
constexpr std::size_t kMostPoints = 1000;  // of a chart

std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char each : text) quoted += each == '\'' ? "'\\''" : std::string(1, each);
  return quoted + "'";
}

// As it is where a shell takes it for one word.
std::string shell_word(const std::string& text) {
  const bool tame = std::all_of(text.begin(), text.end(), [](unsigned char each) {
    return std::isalnum(each) != 0 ||
           std::string_view("@%+=:,./_-").find(each) != std::string_view::npos;
  });
  return tame ? text : shell_quoted(text);
}

// Takes `suffix` off the end of `name`.
bool take(std::string_view& name, std::string_view suffix) {
  if (!name.ends_with(suffix)) return false;
  name.remove_suffix(suffix.size());
  return true;
}

std::string with(std::string text, const std::string& field, const std::string& value) {
  for (std::size_t i = text.find(field); i != std::string::npos; i = text.find(field, i)) {
    text.replace(i, field.size(), value);
    i += value.size();
  }
  return text;
}

std::string fact(const std::string& name, const std::string& value) {
  return "<div><dt>" + name + "</dt><dd>" + value + "</dd></div>";
}

std::string list(const std::vector<std::string>& lines) {
  std::string text = "<ul>";
  for (std::size_t i = 0; i < std::min(lines.size(), kListed); ++i) {
    text += "<li>" + html(lines[i]) + "</li>";
  }
  if (lines.size() > kListed)
    text += "<li>and " + std::to_string(lines.size() - kListed) + " more</li>";
  return text + "</ul>";
}

template <class Value>
std::vector<Value> last_of(std::vector<Value> values) {
  if (values.size() > kMostPoints) values.erase(values.begin(), values.end() - kMostPoints);
  return values;
}

class Page {
 public:
  Page(const PageWords& words, const Verdict& verdict, const Facts& facts,
       const std::vector<RunRecord>& history, const Limits& limits, base::Time now)
      : words_(words),
        verdict_(verdict),
        facts_(facts),
        history_(history),
        limits_(limits),
        now_(now) {}

  [[nodiscard]] std::string text() const {
    std::string text =
        "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
        "<meta name=viewport content=\"width=device-width,initial-scale=1\">\n"
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none';style-src "
        "'unsafe-inline'\">\n<title>" +
        html(words_.title) + "</title>\n<style>" + kPageStyle + "</style>\n</head>\n<body>\n" +
        head();
    for (const Series& series : originals(facts_, limits_.copies)) text += group(series);
    return text + runs() + "</body>\n</html>\n";
  }

 private:
  [[nodiscard]] std::string head() const {
    const std::string_view name = severity_name(verdict_.severity());
    std::string words = summary(verdict_, facts_, limits_, now_);
    words.erase(0, name.size() + std::string_view(" - ").size());
    std::string text = "<header><h1>" + html(words_.title) + "</h1>\n<p class=\"state " +
                       base::lower(name) + "\"><b>" + std::string(name) + "</b><span>" +
                       html(words) + "</span></p>\n<p class=soft>As of " + base::rfc3339(now_) +
                       ". Ages are counted from then.</p>\n";
    std::vector<std::string> findings;
    for (const Finding& finding : verdict_.findings) findings.push_back(finding_line(finding));
    return text + (findings.empty() ? "" : list(findings)) + legend() + "</header>\n";
  }

  [[nodiscard]] std::vector<RunRecord> runs_of(const std::string& name) const {
    std::vector<RunRecord> runs;
    for (const RunRecord& run : history_) {
      if (run.name == name && run.outcome != Outcome::skipped) runs.push_back(run);
    }
    return last_of(runs);
  }

  [[nodiscard]] Days days_of(const Series& series) const {
    Days days;
    for (const Backup& backup : series.backups) {
      (backup.doomed ? days.doomed : days.kept).insert(day_of(backup.time));
    }
    if (limits_.expect_every) {
      const auto window = limits_.gaps_since.value_or(*limits_.expect_every * 7);
      for (const Gap& gap : gaps(series, *limits_.expect_every, now_ - window)) {
        for (int day = day_of(gap.after) + 1; day < day_of(gap.before); ++day) {
          days.missing.insert(day);
        }
      }
      for (int day = day_of(series.newest().time + *limits_.expect_every) + 1; day < day_of(now_);
           ++day) {
        days.missing.insert(day);
      }
    }
    for (const RunRecord& run : runs_of(series.group)) {
      if (run.outcome == Outcome::failed) days.failed.insert(day_of(run.start));
    }
    return days;
  }

  [[nodiscard]] std::string group(const Series& series) const {
    const Backup& newest = series.newest();
    std::uint64_t total = 0;
    std::uint64_t largest = 0;
    std::vector<Point> sizes;
    for (const Backup& backup : series.backups) {
      total += backup.size;
      largest = std::max(largest, backup.size);
      sizes.push_back({backup.time, static_cast<double>(backup.size)});
    }
    const std::string name = series.group.empty() ? "Backups" : series.group;
    const std::string chart = line_chart(last_of(sizes), "Size of the backups of " + name);
    return "<section><h2>" + html(name) + "</h2>\n<dl>" +
           fact("newest", human_duration(now_ - newest.time) + " old") +
           fact("size", human_size(newest.size)) +
           fact("kept", std::to_string(series.backups.size())) +
           fact("together", human_size(total)) + "</dl>\n" +
           calendar(days_of(series), day_of(now_)) + "\n<div class=charts>" +
           (chart.empty()
                ? ""
                : "<div><h3>Size, at most " + human_size(largest) + "</h3>" + chart + "</div>") +
           duration_chart(runs_of(series.group)) + "</div>\n" + doomed(series) +
           "<h3>Restore the newest</h3>\n<pre><code>" + html(restore(newest)) +
           "</code></pre></section>\n";
  }

  [[nodiscard]] static std::string duration_chart(const std::vector<RunRecord>& runs) {
    std::vector<Point> points;
    std::chrono::seconds longest{0};
    for (const RunRecord& run : runs) {
      const bool failed = run.outcome == Outcome::failed;
      points.push_back({run.start, static_cast<double>(run.duration.count()), failed});
      if (!failed) longest = std::max(longest, run.duration);
    }
    const std::string chart =
        line_chart(points, "Duration of the runs of " + (runs.empty() ? "" : runs.front().name));
    if (chart.empty()) return {};
    return "<div><h3>Duration, at most " + human_duration(longest) + "</h3>" + chart + "</div>";
  }

  [[nodiscard]] static std::string doomed(const Series& series) {
    std::vector<std::string> lines;
    for (const Backup& backup : series.backups) {
      if (backup.doomed) lines.push_back(base::rfc3339(backup.time) + " " + backup.url);
    }
    if (lines.empty()) return {};
    return "<details><summary>Deleted next by the retention policy: " +
           std::to_string(lines.size()) + "</summary>" + list(lines) + "</details>\n";
  }

  [[nodiscard]] std::string restore(const Backup& backup) const {
    if (words_.restore.empty()) return restore_command(backup);
    return with(with(words_.restore, "{url}", shell_word(backup.url)), "{group}",
                shell_word(backup.group));
  }

  // Of each name: how it went, and the last failures.
  [[nodiscard]] std::string runs() const {
    std::string text;
    for (const std::vector<RunRecord>& all : by_name(history_)) {
      std::vector<std::string> failures;
      for (auto run = all.rbegin(); run != all.rend() && failures.size() < 5; ++run) {
        if (run->outcome != Outcome::failed) continue;
        failures.push_back(base::rfc3339(run->start) + ": " + run->reason);
      }
      const RunRecord& last = all.back();
      text += "<section><h2>Runs of " + html(last.name) + "</h2><dl>" +
              fact("last", std::string(outcome_name(last.outcome))) +
              fact("ended", human_duration(now_ - last.end()) + " ago") +
              fact("took", human_duration(last.duration)) +
              fact("succeeded", std::to_string(static_cast<int>(success_ratio(all) * 100)) + "%") +
              "</dl>" + (failures.empty() ? "" : "<h3>Last failures</h3>" + list(failures)) +
              "</section>\n";
    }
    return text;
  }

  [[nodiscard]] static std::string legend() {
    const auto entry = [](const char* kind, const char* data, const char* words) {
      return std::string("<span><svg viewBox=\"0 0 11 11\"><path class=") + kind + " d=\"" + data +
             "\"/></svg>" + words + "</span>";
    };
    return "<div class=legend>" + entry("k", "M1 1h9v9h-9z", "backup") +
           entry("d", "M1 1h9v9h-9z", "deleted next") + entry("g", "M1 1h9v9h-9z", "missing") +
           entry("f", "M2 2l7 7m0-7l-7 7", "failed run") + entry("n", "M1 1h9v9h-9z", "nothing") +
           "</div>\n";
  }

  const PageWords& words_;
  const Verdict& verdict_;
  const Facts& facts_;
  const std::vector<RunRecord>& history_;
  const Limits& limits_;
  base::Time now_;
};

}  // namespace

std::string restore_command(const Backup& backup) {
  std::string command = "s3cat " + shell_quoted(backup.url);
  std::string_view name = backup.url;
  if (take(name, ".age")) command += " | seal -d -i KEYFILE";
  if (take(name, ".gz") || take(name, ".zst")) command += " | zpipe -d";
  if (take(name, ".dump") || take(name, ".sql")) {
    command += " | pgrestore-stream --into " +
               (backup.group.empty() ? "DATABASE" : shell_quoted(backup.group));
  } else if (take(name, ".tar")) {
    command += " | tar -x";
  }
  return command;
}

std::string page(const PageWords& words, const Verdict& verdict, const Facts& facts,
                 const std::vector<RunRecord>& history, const Limits& limits, base::Time now) {
  return Page(words, verdict, facts, history, limits, now).text();
}

}  // namespace sluice::health
