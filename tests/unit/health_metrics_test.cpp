#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "base/text.hpp"
#include "health/metrics.hpp"

namespace sluice::health {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const base::Time kNow = *base::parse_time("2026-01-10T00:00:00Z");

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

// What promtool check metrics asks for: one HELP and one TYPE before the samples of a family, no
// family twice, no sample twice, names with a unit and without the endings that belong to other
// types (_count, _total), values that are numbers.
void expect_well_formed(const std::string& text) {
  static const std::regex kSample(
      R"re(([a-z_]+)(\{[a-z]+="(\\.|[^"\\])*"(,[a-z]+="(\\.|[^"\\])*")*\})? (-?[0-9.e+-]+))re");
  std::set<std::string> families;
  std::set<std::string> samples;
  std::string family;
  ASSERT_TRUE(text.ends_with("\n"));
  for (const std::string& line : base::split(text.substr(0, text.size() - 1), '\n')) {
    std::smatch match;
    if (line.starts_with("# HELP ")) {
      family = base::split(line, ' ')[2];
      EXPECT_TRUE(families.insert(family).second) << line;
      EXPECT_TRUE(family.ends_with("_seconds") || family.ends_with("_bytes") ||
                  family.ends_with("_ratio") || family == "sluice_backups" ||
                  family == "sluice_run_exit_status" || family == "sluice_run_failures_in_a_row" ||
                  family == "sluice_incomplete_uploads")
          << family;
    } else if (line.starts_with("# TYPE ")) {
      EXPECT_EQ(line, "# TYPE " + family + " gauge");
    } else {
      ASSERT_TRUE(std::regex_match(line, match, kSample)) << line;
      EXPECT_EQ(match[1], family);
      EXPECT_TRUE(samples.insert(line.substr(0, line.rfind(' '))).second) << line;
    }
  }
}

TEST(Metrics, OfBackups) {
  Facts facts;
  facts.backups = {{"s3://b/1", "appdb", kNow - hours(30), 5},
                   {"s3://b/2", "appdb", kNow - hours(3), 7},
                   {"s3://b/3", "c\"r\\m", kNow - hours(1), 1},
                   {"s3://copy/1", "appdb", kNow - hours(30), 5}};
  facts.marks = {{kNow - hours(2)}};
  const std::vector<RunRecord> history{{"appdb", kNow - hours(9), seconds(60), Outcome::success},
                                       {"appdb", kNow - hours(3), seconds(5), Outcome::failed, 65}};
  const std::string text = backup_metrics(facts, history, {"s3://copy/"}, kNow);
  expect_well_formed(text);
  for (const char* line :
       {"sluice_backup_age_seconds{group=\"appdb\"} 10800",
        "sluice_backup_last_success_timestamp_seconds{group=\"appdb\"} 1767992400",
        "sluice_backup_size_bytes{group=\"appdb\"} 7", "sluice_backups{group=\"appdb\"} 2",
        "sluice_backup_stored_bytes{group=\"appdb\"} 12", "sluice_backups{group=\"c\\\"r\\\\m\"} 1",
        "sluice_backup_replication_lag_seconds{group=\"appdb\",copy=\"s3://copy/\"} 10800",
        "sluice_mark_timestamp_seconds 1767996000", "sluice_run_success_ratio{name=\"appdb\"} 0.5",
        "sluice_run_exit_status{name=\"appdb\"} 65",
        "sluice_run_failures_in_a_row{name=\"appdb\"} 1",
        "sluice_run_last_success_timestamp_seconds{name=\"appdb\"} 1767970860"}) {
    EXPECT_TRUE(has_line(text, line)) << line << "\n" << text;
  }
}

TEST(Metrics, ANameFromTheFutureHidesNoStaleOne) {
  const Facts facts{.backups = {{"s3://b/1", "appdb", kNow - hours(30), 5},
                                {"s3://b/2", "appdb", kNow + hours(30), 18446744073709551615U}}};
  const std::string text = backup_metrics(facts, {}, {}, kNow);
  expect_well_formed(text);
  EXPECT_TRUE(has_line(text, "sluice_backup_age_seconds{group=\"appdb\"} 108000")) << text;
  EXPECT_TRUE(has_line(text, "sluice_backups{group=\"appdb\"} 2"));
  const Facts only{.backups = {facts.backups[1]}};
  EXPECT_EQ(backup_metrics(only, {}, {}, kNow).find("sluice_backup_age_seconds"),
            std::string::npos);
}

TEST(Metrics, ARunThatWasSkippedIsNone) {
  const std::vector<RunRecord> history{{"appdb", kNow - hours(3), seconds(5), Outcome::failed, 65},
                                       {"appdb", kNow - hours(2), seconds(0), Outcome::skipped, 75},
                                       {"crm", kNow - hours(2), seconds(0), Outcome::skipped, 75}};
  const std::string text = backup_metrics({}, history, {}, kNow);
  EXPECT_TRUE(has_line(text, "sluice_run_exit_status{name=\"appdb\"} 65")) << text;
  EXPECT_TRUE(has_line(text, "sluice_run_duration_seconds{name=\"appdb\"} 5"));
  EXPECT_EQ(text.find("crm"), std::string::npos);
}

TEST(Metrics, OfNothing) { expect_well_formed(backup_metrics({}, {}, {}, kNow)); }

TEST(Metrics, ARunThatFailedKeepsTheTimeOfTheLastSuccess) {
  const RunRecord good{"appdb", kNow, seconds(60), Outcome::success};
  const RunRecord bad{"appdb", kNow + hours(1), seconds(2), Outcome::failed, 75};
  const std::string after_success = run_metrics(good, "");
  const std::string success =
      "sluice_run_last_success_timestamp_seconds{name=\"appdb\"} 1768003260";
  EXPECT_TRUE(has_line(after_success, success));
  const std::string after_failure = run_metrics(bad, after_success);
  expect_well_formed(after_failure);
  EXPECT_TRUE(has_line(after_failure, success));
  EXPECT_TRUE(has_line(after_failure, "sluice_run_exit_status{name=\"appdb\"} 75"));
  EXPECT_EQ(run_metrics(bad, "").find("last_success"), std::string::npos);
}

}  // namespace
}  // namespace sluice::health
