// The health table: each indicator answers one question, and none changes because of another's
// facts.

#include <gtest/gtest.h>

#include "health/report.hpp"
#include "health/verdict.hpp"

namespace sluice::health {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const base::Time kNow = *base::parse_time("2026-01-10T00:00:00Z");
const std::string kLocal = "file:///backups/last/";
const std::string kBucket = "s3://b/postgres/last/";

Backup backup(const std::string& place, seconds age, std::uint64_t size = 1000,
              const std::string& group = "appdb") {
  const base::Time time = kNow - age;
  return {place + group + "_" + base::rfc3339(time) + ".dump", group, time, size};
}

Verdict judge_facts(const Facts& facts, const Limits& limits) {
  return judge(facts, {}, {}, limits, kNow);
}

std::string indicators(const Verdict& verdict) {
  std::string text;
  for (const Finding& finding : verdict.findings) {
    text += (text.empty() ? "" : " ") + std::string(indicator_name(finding.indicator));
  }
  return text;
}

// A nightly dump, an hourly upload that leaves a mark.
struct Row {
  const char* meaning;
  hours dump_age;
  bool newest_uploaded;
  hours mark_age;
  const char* indicators;
  const char* diagnosis;
};

class HealthTable : public testing::TestWithParam<Row> {};

TEST_P(HealthTable, TellsTheJobThatIsToBlame) {
  const Row& row = GetParam();
  Facts facts;
  facts.backups = {backup(kLocal, row.dump_age), backup(kLocal, row.dump_age + hours(24)),
                   backup(kBucket, row.dump_age + hours(24))};
  if (row.newest_uploaded) facts.backups.push_back(backup(kBucket, row.dump_age));
  facts.marks = {{kNow - row.mark_age}};
  const Limits limits{.expect = {"appdb"},
                      .copies = {"s3://b/"},
                      .max_age = hours(26),
                      .max_mark_age = hours(2),
                      .max_lag = hours(2)};
  const Verdict verdict = judge_facts(facts, limits);
  EXPECT_EQ(indicators(verdict), row.indicators) << row.meaning;
  EXPECT_EQ(verdict.diagnosis, row.diagnosis) << row.meaning;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, HealthTable,
    testing::Values(Row{"all is well", hours(3), true, hours(1), "", ""},
                    Row{"last/*.dump tells when the dump ran", hours(30), true, hours(1), "dump",
                        "backups are not made; uploads run"},
                    Row{"the newest dump is in the store: the upload succeeded", hours(3), false,
                        hours(1), "upload", "uploads fail; backups are made"},
                    Row{"the upload is not due yet", hours(1), false, hours(1), "", ""},
                    Row{"the mark is stale: the upload fails", hours(3), true, hours(5), "mark",
                        "uploads fail; backups are made"},
                    Row{"dump stale, mark fresh: nothing new is made", hours(100), true, hours(1),
                        "dump", "backups are not made; uploads run"},
                    Row{"dump fresh, mark stale: the upload fails", hours(3), false, hours(100),
                        "upload mark", "uploads fail; backups are made"},
                    Row{"both stale", hours(100), true, hours(100), "dump mark",
                        "backups are not made, and uploads fail"},
                    Row{"everything at once", hours(100), false, hours(100), "dump upload mark",
                        "backups are not made, and uploads fail"}));

TEST(Verdict, NoIndicatorChangesWhenOnlyAnothersFactChanges) {
  const Limits limits{
      .copies = {"s3://b/"}, .max_age = hours(26), .max_mark_age = hours(2), .max_lag = hours(2)};
  for (const bool dump : {true, false}) {
    for (const bool upload : {true, false}) {
      for (const bool mark : {true, false}) {
        const hours age(dump ? 3 : 50);
        Facts facts;
        facts.backups = {backup(kLocal, age)};
        if (upload) facts.backups.push_back(backup(kBucket, age));
        facts.marks = {{kNow - hours(mark ? 1 : 50)}};
        const Verdict verdict = judge_facts(facts, limits);
        EXPECT_EQ(verdict.has(Indicator::dump), !dump);
        EXPECT_EQ(verdict.has(Indicator::upload), !upload);
        EXPECT_EQ(verdict.has(Indicator::mark), !mark);
      }
    }
  }
}

TEST(Verdict, ABucketAloneDoesNotTellWhyNothingNewIsInIt) {
  Facts facts;
  facts.backups = {backup(kBucket, hours(100))};
  facts.marks = {{kNow - hours(100)}};
  const Verdict verdict = judge_facts(facts, {.max_age = hours(26)});
  EXPECT_EQ(indicators(verdict), "dump mark");
  EXPECT_NE(verdict.diagnosis.find("only the place where they are made can tell"),
            std::string::npos);
}

TEST(Verdict, NothingAtAllIsNotWell) {
  EXPECT_EQ(indicators(judge_facts({}, {})), "dump");
  EXPECT_EQ(indicators(judge_facts({}, {.expect = {"appdb", "crm"}})), "dump dump");
  EXPECT_EQ(indicators(judge_facts({.marks = {{kNow}}}, {.max_age = hours(2)})), "");
  EXPECT_EQ(indicators(judge_facts({.marks = {{kNow}}}, {.expect = {"appdb"}})), "dump");
  EXPECT_EQ(
      indicators(judge_facts({.backups = {backup(kLocal, hours(1))}}, {.max_mark_age = hours(2)})),
      "mark");
}

TEST(Verdict, AMarkIsNoBackupWhereThoseAreJudged) {
  Facts facts;
  facts.marks = {{kNow}};
  EXPECT_EQ(indicators(judge_facts(facts, {.max_age = hours(1)})), "");
  EXPECT_EQ(indicators(judge_facts(facts, {.min_count = 7})), "dump");
  EXPECT_EQ(indicators(judge_facts(facts, {.min_size = 1})), "dump");
  EXPECT_EQ(indicators(judge_facts(facts, {.max_shrink = 50})), "dump");
  EXPECT_EQ(indicators(judge_facts(facts, {.expect_every = hours(24)})), "dump");
}

TEST(Verdict, AnEmptySourceIsNotHiddenByItsCopies) {
  const Facts facts{.backups = {backup(kBucket, hours(1))}, .marks = {{kNow}}};
  EXPECT_EQ(indicators(judge_facts(facts, {.copies = {"s3://b/"}, .max_age = hours(26)})), "dump");
}

TEST(Verdict, ACopyThatWasCutIsNone) {
  Facts facts{.backups = {backup(kLocal, hours(3)), backup(kBucket, hours(3), 999)}};
  const Limits limits{.copies = {"s3://b/"}, .max_lag = hours(2)};
  EXPECT_EQ(indicators(judge_facts(facts, limits)), "upload");
  facts.backups[1].url += ".age";
  EXPECT_EQ(indicators(judge_facts(facts, limits)), "") << "another name, the same time";
}

TEST(Verdict, TheFutureIsNotFresh) {
  EXPECT_EQ(indicators(judge_facts({.backups = {backup(kLocal, -hours(1))}}, {})), "dump");
  EXPECT_EQ(indicators(judge_facts({.marks = {{kNow + hours(1)}}}, {})), "mark");
  EXPECT_EQ(indicators(judge_facts({.marks = {{kNow + minutes(4)}}}, {})), "");
}

TEST(Verdict, EveryExpectedGroupIsJudgedForItself) {
  const Facts facts{.backups = {backup(kLocal, hours(3)), backup(kLocal, hours(30), 1000, "crm")}};
  const Verdict verdict =
      judge_facts(facts, {.expect = {"appdb", "crm", "shop"}, .max_age = hours(26)});
  ASSERT_EQ(verdict.findings.size(), 2U);
  EXPECT_EQ(finding_line(verdict.findings[0]),
            "dump: crm: the newest backup is 30h old (2026-01-08T18:00:00Z), at most 26h");
  EXPECT_EQ(finding_line(verdict.findings[1]), "dump: shop: there is no backup");
}

TEST(Verdict, SizeAndShrink) {
  Facts facts{.backups = {backup(kLocal, hours(72), 1000), backup(kLocal, hours(48), 5000),
                          backup(kLocal, hours(24), 1100), backup(kLocal, hours(1), 500)}};
  EXPECT_EQ(indicators(judge_facts(facts, {.min_size = 500, .max_shrink = 60})), "");
  EXPECT_EQ(indicators(judge_facts(facts, {.min_size = 501, .max_shrink = 50})), "size shrink");
  facts.backups.erase(facts.backups.begin(), facts.backups.end() - 1);
  EXPECT_EQ(indicators(judge_facts(facts, {.max_shrink = 1})), "") << "nothing to compare with";
}

TEST(Verdict, CountAndSchedule) {
  Facts facts;
  for (const int age : {0, 6, 13, 29, 35, 100}) {
    facts.backups.push_back(backup(kLocal, hours(age)));
  }
  const Limits limits{.expect_every = hours(6), .gaps_since = hours(40), .min_count = 7};
  const Verdict verdict = judge_facts(facts, limits);
  EXPECT_EQ(indicators(verdict), "count schedule") << "a delay of an hour is no gap";
  EXPECT_EQ(verdict.severity(), Severity::warning);
  const Verdict wider = judge_facts(facts, {.expect_every = hours(6), .gaps_since = hours(50)});
  EXPECT_EQ(indicators(wider), "schedule schedule") << "a gap that reaches into the window";
}

TEST(Verdict, Leftovers) {
  const Facts facts{.backups = {backup(kLocal, hours(1))},
                    .leftovers = {{"s3://b/old", kNow - hours(30)}, {"s3://b/new", kNow}}};
  const Verdict verdict = judge_facts(facts, {.max_leftover_age = hours(24)});
  ASSERT_EQ(indicators(verdict), "leftover");
  EXPECT_EQ(verdict.findings[0].subject, "s3://b/old");
}

TEST(Verdict, FailuresAndDuration) {
  const Facts facts{.backups = {backup(kLocal, hours(1))}};
  std::vector<RunRecord> history;
  for (int i = 0; i < 10; ++i) {
    history.push_back({"appdb", kNow, seconds(60), Outcome::success});
  }
  history.push_back({"appdb", kNow, seconds(600), Outcome::success});
  const Limits limits{.max_failures = 3, .max_duration_factor = 2};
  EXPECT_EQ(indicators(judge(facts, history, {}, limits, kNow)), "duration");
  EXPECT_EQ(indicators(judge(facts, history, {}, {.max_duration = minutes(9)}, kNow)), "duration");
  EXPECT_EQ(indicators(judge(facts, history, {}, {.max_duration_factor = 10}, kNow)), "");
  for (int i = 0; i < 3; ++i) history.push_back({"appdb", kNow, seconds(1), Outcome::failed});
  const Verdict verdict = judge(facts, history, {}, limits, kNow);
  EXPECT_EQ(indicators(verdict), "failures duration");
  EXPECT_EQ(finding_line(verdict.findings[0]), "failures: appdb: 3 failures in a row");
  history.back().reason = "exit status 65";
  history.push_back({"appdb", kNow, {}, Outcome::skipped, 75, 1, "another run holds the lock"});
  EXPECT_EQ(finding_line(judge(facts, history, {}, limits, kNow).findings[0]),
            "failures: appdb: 3 failures in a row, the last: exit status 65");
}

TEST(Verdict, Space) {
  const Facts facts{.backups = {backup(kLocal, hours(1))}};
  const Space space{.path = "/backups", .free = 9 << 20, .total = 100 << 20};
  const auto with = [&](std::optional<std::uint64_t> bytes, std::optional<unsigned> percent) {
    Space limited = space;
    limited.least_bytes = bytes;
    limited.least_percent = percent;
    return indicators(judge(facts, {}, {limited}, {}, kNow));
  };
  EXPECT_EQ(with(9 << 20, {}), "");
  EXPECT_EQ(with(10 << 20, {}), "space");
  EXPECT_EQ(with({}, 9), "");
  EXPECT_EQ(with({}, 10), "space");
}

TEST(Report, TheSummaryIsThatOfAMonitoringPlugin) {
  const Limits limits{.max_age = hours(26)};
  const Facts well{.backups = {backup(kLocal, hours(3), 1288490188)}};
  EXPECT_EQ(summary(judge_facts(well, limits), well, limits, kNow),
            "OK - newest appdb 3h old, 1.2 GiB");
  EXPECT_EQ(performance(well, limits, kNow), "age=10800s;;93600 size=1288490188B");
  const Facts two{.backups = {backup(kLocal, hours(3)), backup(kLocal, hours(30), 7, "c|r m")}};
  EXPECT_EQ(summary(judge_facts(two, limits), two, limits, kNow),
            "CRITICAL - dump: c/r m: the newest backup is 30h old (2026-01-08T18:00:00Z), at most "
            "26h");
  EXPECT_EQ(finding_line(judge_facts(two, limits).findings[0]),
            "dump: c/r m: the newest backup is 30h old (2026-01-08T18:00:00Z), at most 26h");
  EXPECT_EQ(performance(two, {}, kNow),
            "appdb_age=10800s appdb_size=1000B 'c_r m_age'=108000s 'c_r m_size'=7B");
  const Facts mark{.marks = {{kNow - hours(1)}}};
  EXPECT_EQ(summary(judge_facts(mark, limits), mark, limits, kNow), "OK - mark 60m old");
}

}  // namespace
}  // namespace sluice::health
