#include <gtest/gtest.h>

#include "health/html.hpp"
#include "health/page.hpp"

namespace sluice::health {
namespace {

using std::chrono::hours;

const base::Time kNow = *base::parse_time("2026-01-10T12:00:00Z");

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string page_of(const Facts& facts, const Limits& limits,
                    const std::vector<RunRecord>& history = {}) {
  return page({.title = "Backups"}, judge(facts, history, {}, limits, kNow), facts, history, limits,
              kNow);
}

TEST(Page, SaysTheStateAtAGlance) {
  const Facts facts{.backups = {{"s3://b/x.sql.gz", "appdb", kNow - hours(30), 5}}};
  EXPECT_TRUE(
      contains(page_of(facts, {}), "<p class=\"state ok\"><b>OK</b><span>newest appdb 30h"));
  const std::string stale = page_of(facts, {.max_age = hours(26)});
  EXPECT_TRUE(contains(stale, "<p class=\"state critical\"><b>CRITICAL</b>"));
  EXPECT_TRUE(contains(stale, "<li>dump: appdb: the newest backup is 30h old"));
  EXPECT_TRUE(contains(page_of({}, {}), "there is no backup"));
}

TEST(Page, NamesCannotBecomeMarkup) {
  const Facts facts{.backups = {{"s3://b/<script>'\"&", "<b>", kNow, 5, "<i>"}}};
  const std::string text = page_of(facts, {});
  EXPECT_FALSE(contains(text, "<script"));
  EXPECT_FALSE(contains(text, "<b>:"));
  EXPECT_FALSE(contains(text, "<i>"));
  EXPECT_EQ(html("<a href='x'>&\"\n"), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;\\x0a");
}

TEST(Page, ACommandToCopyHasNothingOfANameButAWord) {
  const Facts facts{.backups = {{"s3://b/x';rm -rf ~", "a b", kNow, 5}}};
  const PageWords words{.title = "x", .restore = "get {url} to {group}"};
  const std::string text = page(words, judge(facts, {}, {}, {}, kNow), facts, {}, {}, kNow);
  EXPECT_TRUE(contains(text, html("get 's3://b/x'\\'';rm -rf ~' to 'a b'"))) << text;
  const Facts tame{.backups = {{"s3://b/appdb_2026-01-10T12:00:00Z.dump", "appdb", kNow, 5}}};
  EXPECT_TRUE(contains(page(words, judge(tame, {}, {}, {}, kNow), tame, {}, {}, kNow),
                       "get s3://b/appdb_2026-01-10T12:00:00Z.dump to appdb<"));
}

TEST(Page, AnAncientNameMakesNoCalendarOfCenturies) {
  const Facts facts{.backups = {{"s3://b/1", "appdb", *base::parse_time("0001-01-01T00:00:00Z"), 5},
                                {"s3://b/2", "appdb", kNow, 6}}};
  const std::string text = page_of(facts, {.max_age = hours(1)});
  EXPECT_LT(text.size(), 100'000U);
  EXPECT_TRUE(contains(text, "<figcaption>2016</figcaption>"));
}

TEST(Page, ShowsGapsFailuresAndWhatIsDeletedNext) {
  const Facts facts{.backups = {{"s3://b/1", "appdb", kNow - hours(24 * 6), 5, "no rule keeps it"},
                                {"s3://b/2", "appdb", kNow - hours(24 * 5), 6},
                                {"s3://b/3", "appdb", kNow - hours(1), 7}}};
  const std::vector<RunRecord> history{
      {"appdb", kNow - hours(48), hours(1), Outcome::failed, 65, 1, "exit status 65"},
      {"appdb", kNow - hours(24), hours(1), Outcome::success}};
  const std::string text = page_of(facts, {.expect_every = hours(24)}, history);
  for (const char* part : {"<path class=g", "<path class=f", "<path class=d", "<path class=l",
                           "Deleted next by the retention policy: 1", "exit status 65"}) {
    EXPECT_TRUE(contains(text, part)) << part;
  }
  const std::string quiet = page_of({.backups = {{"s3://b/3", "appdb", kNow, 7}}}, {});
  EXPECT_FALSE(contains(quiet, "Deleted next by"));
}

TEST(Page, TheRestoreCommandFollowsTheName) {
  EXPECT_EQ(restore_command({"s3://b/appdb_1.dump.gz.age", "appdb"}),
            "s3cat 's3://b/appdb_1.dump.gz.age' | seal -d -i KEYFILE | zpipe -d | pgrestore-stream "
            "--into 'appdb'");
  EXPECT_EQ(restore_command({"file:///it's.sql"}),
            "s3cat 'file:///it'\\''s.sql' | pgrestore-stream --into DATABASE");
  EXPECT_EQ(restore_command({"s3://b/files.tar.zst"}),
            "s3cat 's3://b/files.tar.zst' | zpipe -d | tar -x");
  EXPECT_EQ(restore_command({"s3://b/odd"}), "s3cat 's3://b/odd'");
}

}  // namespace
}  // namespace sluice::health
