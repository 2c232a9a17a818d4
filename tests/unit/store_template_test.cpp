#include "store/template.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.hpp"

namespace sluice::store {
namespace {

const base::Time kTime = *base::parse_time("2023-10-05T12:00:00Z");

Template of(const char* pattern) { return {pattern, "db1"}; }

std::string time_in(const char* pattern, const std::string& key) {
  const auto match = of(pattern).match(key);
  return match && match->time ? base::rfc3339(*match->time) : "none";
}

std::string group_in(const char* pattern, const std::string& key) {
  const auto match = of(pattern).match(key);
  return match ? match->group : "none";
}

TEST(Template, Writes) {
  EXPECT_EQ(of("pg/appdb_{utc}.gz").write(kTime), "pg/appdb_2023-10-05T12:00:00Z.gz");
  EXPECT_EQ(of("{host}/{utc:compact}").write(kTime), "db1/20231005_120000");
  EXPECT_EQ(of("a{{b}}_{utc:%Y-%m-%d}").write(kTime), "a{b}_2023-10-05");
  EXPECT_EQ(of("plain").write(kTime), "plain");
}

TEST(Template, ReadsBackWhatItWrites) {
  ::setenv("TZ", "Asia/Tokyo", 1);
  ::tzset();
  for (const char* pattern :
       {"a_{utc}", "{utc}", "{utc:compact}.x", "{utc:%Y%m%dT%H%M%S}", "{utc:%s}", "{local:%F %T}",
        "{utc:%d%b%Y-%H.%M.%S}", "{utc:%Y/%j/%H%M%S}", "{utc:%Y}/{utc:%m}/x_{utc}",
        "{local:%Y%m%d}/{utc:%H%M%S}-{utc:%F}", "{utc:%y%m%d%H%M%S}", "{utc:%B %d %Y %R:%S}"}) {
    EXPECT_EQ(time_in(pattern, of(pattern).write(kTime)), "2023-10-05T12:00:00Z") << pattern;
  }
  EXPECT_EQ(time_in("{utc:%G%V}", of("{utc:%G%V}").write(kTime)), "2023-10-02T00:00:00Z");
}

TEST(Template, MatchesOnlyWhatItCanMake) {
  EXPECT_EQ(time_in("appdb_{utc}.gz", "appdb_2023-10-05T12:00:00Z.gz"), "2023-10-05T12:00:00Z");
  for (const char* other :
       {"appdb_staging_2023-10-05T12:00:00Z.gz", "appdb_2023-10-05T12:00:00Z.gz.json",
        "appdb_2023-10-05T12:00:00Z", "appdb_2023-02-30T12:00:00Z.gz",
        "appdb_2023-10-05T25:00:00Z.gz", "appdb_2023-10-05 12:00:00Z.gz", "notes.txt",
        "appdb_2023-10-5T12:00:00Z.gz", "xappdb_2023-10-05T12:00:00Z.gz", ""}) {
    EXPECT_EQ(time_in("appdb_{utc}.gz", other), "none") << other;
  }
  EXPECT_EQ(time_in("{utc:%Y}/{utc}", "2022/2023-10-05T12:00:00Z"), "none");
}

TEST(Template, NamesGroup) {
  EXPECT_EQ(group_in("{db}_{utc}.gz", "app_2023-10-05T12:00:00Z.gz"), "app");
  EXPECT_EQ(group_in("{db}_{utc}.gz", "app_staging_2023-10-05T12:00:00Z.gz"), "app_staging");
  EXPECT_EQ(group_in("{db}_{utc}.gz", "a/b_2023-10-05T12:00:00Z.gz"), "none");
  EXPECT_EQ(group_in("{db}_{utc}.gz", "_2023-10-05T12:00:00Z.gz"), "none");
  EXPECT_EQ(group_in("{a}/{b}-{utc:%Y}", "x/y-z-2023"), "x/y-z");
  EXPECT_EQ(group_in("{db}/{db}_{utc:%Y}", "app/app_2023"), "app");
  EXPECT_EQ(group_in("{db}/{db}_{utc:%Y}", "app/web_2023"), "none");
  EXPECT_EQ(group_in("x{utc:%Y}", "x2023"), "");
}

TEST(Template, ManyNamesAreMatchedInBoundedTime) {
  const Template pattern = of("{a}-{b}-{c}-{d}-{e}-{f}-{g}-{h}_{utc}");
  EXPECT_FALSE(pattern.match(std::string(1000, '-')));
}

TEST(Template, SetsAreDirectories) {
  const Template pattern = of("pg/backup_{utc:compact}/");
  EXPECT_TRUE(pattern.names_sets());
  const auto match = pattern.match("pg/backup_20231005_120000/sub/app.dump");
  ASSERT_TRUE(match);
  EXPECT_EQ(match->set, "pg/backup_20231005_120000/");
  EXPECT_FALSE(pattern.match("pg/backup_20231005_120000/"));
  EXPECT_FALSE(pattern.match("pg/backup_20231005_120000"));
}

TEST(Template, PrefixIsWhatAllKeysShare) {
  EXPECT_EQ(of("pg/{host}_{utc}").prefix(), "pg/db1_");
  EXPECT_EQ(of("pg/{{{utc}").prefix(), "pg/{");
  EXPECT_EQ(of("{db}/x_{utc}").prefix(), "");
}

TEST(Template, RefusesWhatItCannotMean) {
  for (const char* bad : {"{", "}", "a{b", "a}b", "{}", "{a b}", "{utc:}", "{utc:%H}", "{utc:%Q%Y}",
                          "{local}", "{host:x}", "{utc:%Y%}", "{db}/"}) {
    EXPECT_THROW(of(bad), base::Error) << bad;
  }
  EXPECT_THROW((void)of("{db}_{utc}").write(kTime), base::Error);
}

}  // namespace
}  // namespace sluice::store
