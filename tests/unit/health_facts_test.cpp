#include <gtest/gtest.h>

#include "base/error.hpp"
#include "health/facts.hpp"
#include "health/history.hpp"

namespace sluice::health {
namespace {

base::Time at(const char* text) { return *base::parse_time(text); }

TEST(Facts, AMark) {
  const Facts facts = parse_facts("2025-12-18T01:15:04Z OK\n2025-12-19T01:15:04Z OK from db1\n");
  ASSERT_EQ(facts.marks.size(), 2U);
  EXPECT_EQ(facts.marks[0].time, at("2025-12-18T01:15:04Z"));
  EXPECT_EQ(facts.marks[1].note, "from db1");
}

TEST(Facts, AListingTakesTheTimeOfTheNameNotThatOfTheStore) {
  const Facts facts = parse_facts(
      R"({"url":"s3://b/appdb_x","key":"appdb_x","size":7,"modified":"2026-01-05T00:00:00Z",)"
      R"("etag":"e","time":"2025-12-18T01:15:04Z","group":"appdb"})");
  ASSERT_EQ(facts.backups.size(), 1U);
  EXPECT_EQ(facts.backups[0].time, at("2025-12-18T01:15:04Z"));
  EXPECT_EQ(facts.backups[0].group, "appdb");
  EXPECT_EQ(facts.backups[0].size, 7U);
}

TEST(Facts, AListingWithoutATemplateHasTheTimeOfTheStore) {
  const Facts facts =
      parse_facts(R"({"url":"s3://b/x","size":7,"modified":"2026-01-05T00:00:00Z"})");
  ASSERT_EQ(facts.backups.size(), 1U);
  EXPECT_EQ(facts.backups[0].time, at("2026-01-05T00:00:00Z"));
}

TEST(Facts, TheMembersOfASetAreOneBackup) {
  const std::string rest = R"(,"modified":"2026-01-05T00:00:00Z","time":"2026-01-04T00:00:00Z",)"
                           R"("set":"s3://b/backup_1/"})";
  const Facts facts = parse_facts(R"({"url":"s3://b/backup_1/a","size":7)" + rest + "\n" +
                                  R"({"url":"s3://b/backup_1/b","size":8)" + rest + "\n");
  ASSERT_EQ(facts.backups.size(), 1U);
  EXPECT_EQ(facts.backups[0].url, "s3://b/backup_1/");
  EXPECT_EQ(facts.backups[0].size, 15U);
}

TEST(Facts, WhatIsToldTwiceIsCountedOnce) {
  const std::string line = R"({"url":"s3://b/x","size":7,"modified":"2026-01-05T00:00:00Z")";
  const Facts facts =
      parse_facts(line + "}\n" + line + R"(,"action":"delete","reason":"no rule keeps it"})");
  ASSERT_EQ(facts.backups.size(), 1U);
  EXPECT_EQ(facts.backups[0].size, 7U);
  EXPECT_EQ(facts.backups[0].doomed, "no rule keeps it");
}

TEST(Facts, WhatWasDeletedOrEndedIsGone) {
  const std::string object = R"({"url":"s3://b/x","size":7,"modified":"2026-01-05T00:00:00Z")";
  const std::string deleted = object + R"(,"action":"deleted","reason":"no rule keeps it"})";
  EXPECT_TRUE(parse_facts(object + "}\n" + deleted).backups.empty());
  EXPECT_TRUE(parse_facts(deleted + "\n" + object + "}").backups.empty());
  EXPECT_TRUE(parse_facts(object + R"(,"latest":true,"deleted":true})").backups.empty());
  EXPECT_TRUE(parse_facts(object + R"(,"latest":false,"deleted":false})").backups.empty());
  EXPECT_EQ(parse_facts(object + R"(,"latest":true,"deleted":false})").backups.size(), 1U);
  const std::string upload = R"({"url":"s3://b/x","started":"2026-01-05T00:00:00Z","action":)";
  EXPECT_EQ(parse_facts(upload + R"("abort"})").leftovers.size(), 1U);
  EXPECT_TRUE(parse_facts(upload + R"("aborted"})").leftovers.empty());
}

TEST(Facts, APlanStandsForTheObjectsOfASetInAnyOrder) {
  const std::string member = R"({"url":"s3://b/set/a","size":7,"modified":"2026-01-05T00:00:00Z",)"
                             R"("set":"s3://b/set/"})";
  const std::string plan = R"({"action":"keep","url":"s3://b/set/","size":7,"whole":true,)"
                           R"("time":"2026-01-05T00:00:00Z","reason":"last 1 of 3"})";
  for (const std::string& text : {member + "\n" + plan, plan + "\n" + member}) {
    const Facts facts = parse_facts(text);
    ASSERT_EQ(facts.backups.size(), 1U);
    EXPECT_EQ(facts.backups[0].size, 7U);
    EXPECT_FALSE(facts.backups[0].doomed);
  }
}

TEST(Facts, WhatAPlanCallsDefectiveIsNoBackupInAnyOrder) {
  const std::string member = R"({"url":"s3://b/set/a","size":7,"modified":"2026-01-05T00:00:00Z",)"
                             R"("set":"s3://b/set/"})";
  const std::string plan = R"({"action":"keep","url":"s3://b/set/","size":7,"whole":false,)"
                           R"("time":"2026-01-05T00:00:00Z","reason":"lacks crm.sql"})";
  EXPECT_TRUE(parse_facts(member + "\n" + plan).backups.empty());
  EXPECT_TRUE(parse_facts(plan + "\n" + member).backups.empty());
}

TEST(Facts, AReceiptDoesNotHideTheGroupThatTheListingKnows) {
  const std::string receipt = R"({"url":"s3://b/x","size":7,"time":"2026-01-05T00:00:09Z"})";
  const std::string listing = R"({"url":"s3://b/x","size":7,"modified":"2026-01-05T00:00:09Z",)"
                              R"("time":"2026-01-05T00:00:00Z","group":"appdb"})";
  for (const std::string& text : {receipt + "\n" + listing, listing + "\n" + receipt}) {
    const Facts facts = parse_facts(text);
    ASSERT_EQ(facts.backups.size(), 1U);
    EXPECT_EQ(facts.backups[0].group, "appdb");
    EXPECT_EQ(facts.backups[0].time, at("2026-01-05T00:00:00Z"));
    EXPECT_EQ(facts.backups[0].size, 7U);
  }
}

TEST(Facts, AnUploadThatWasNeverEnded) {
  const Facts facts =
      parse_facts(R"({"url":"s3://b/x","key":"x","upload":"id","started":"2026-01-05T00:00:00Z"})");
  ASSERT_EQ(facts.leftovers.size(), 1U);
  EXPECT_TRUE(facts.backups.empty());
}

TEST(Facts, NonsenseIsRefusedWithItsLine) {
  for (const char* line :
       {"hello", "{", "[]", "{}", "2025-12-18T01:15:04Z FAILED", "2025-12-18T01:15:04Z",
        "2025-13-18T01:15:04Z OK", R"({"url":"x"})", R"({"url":"x","size":-1,"modified":"x"})",
        R"({"url":"x","size":1,"modified":"yesterday"})",
        R"({"url":"x","size":1,"modified":"2026-01-05T00:00:00Z","action":"keep","whole":"yes"})",
        R"({"url":"x","size":1,"modified":"2026-01-05T00:00:00Z","action":"delete","reason":7})",
        R"({"url":"x","size":1,"modified":"2026-01-05T00:00:00Z","action":null})"}) {
    try {
      (void)parse_facts(std::string("\n") + line + "\n");
      ADD_FAILURE() << line;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.status(), base::Exit::data);
      EXPECT_NE(std::string(error.what()).find("line 2: "), std::string::npos) << error.what();
    }
  }
}

TEST(History, ComesBackAsItWasWritten) {
  const RunRecord run{.name = "a \"b\"",
                      .start = at("2026-01-05T00:00:00Z"),
                      .duration = std::chrono::seconds(61),
                      .outcome = Outcome::failed,
                      .exit = 75,
                      .tries = 3,
                      .reason = "timed out"};
  const std::vector<RunRecord> runs = parse_history(to_line(run));
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(to_line(runs[0]), to_line(run));
  EXPECT_EQ(runs[0].exit, 75);
}

TEST(History, ACutLastLineIsLeftOutAndABrokenOneRefused) {
  const std::string line = to_line({.name = "a", .start = at("2026-01-05T00:00:00Z")});
  EXPECT_EQ(parse_history(line + line.substr(0, 20)).size(), 1U);
  EXPECT_THROW((void)parse_history(line + "{\n"), base::Error);
  EXPECT_THROW((void)parse_history("{}\n"), base::Error);
}

TEST(History, FailuresInARowAndTheSuccessRatio) {
  std::vector<RunRecord> runs;
  const auto add = [&](Outcome outcome) { runs.push_back({.name = "a", .outcome = outcome}); };
  EXPECT_EQ(success_ratio(runs), 1);
  for (const Outcome outcome :
       {Outcome::failed, Outcome::success, Outcome::failed, Outcome::skipped, Outcome::failed}) {
    add(outcome);
  }
  EXPECT_EQ(failures_in_a_row(runs), 2U);
  EXPECT_EQ(success_ratio(runs), 0.25);
}

}  // namespace
}  // namespace sluice::health
