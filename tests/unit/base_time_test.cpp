#include "base/time.hpp"

#include <gtest/gtest.h>

namespace sluice::base {
namespace {

const Time kNoon{std::chrono::seconds(1696507200)};  // 2023-10-05T12:00:00Z

TEST(Time, Rfc3339RoundTrip) {
  EXPECT_EQ(rfc3339(kNoon), "2023-10-05T12:00:00Z");
  EXPECT_EQ(parse_time("2023-10-05T12:00:00Z"), kNoon);
  EXPECT_EQ(parse_time("2023-10-05T14:00:00+02:00"), kNoon);
  EXPECT_EQ(parse_time("2023-10-05T12:00:00.123Z"), kNoon);
}

TEST(Time, WithoutOffsetIsLocal) {
  setenv("TZ", "Asia/Tokyo", 1);
  tzset();
  EXPECT_EQ(parse_time("2023-10-05 21:00"), kNoon);
  setenv("TZ", "UTC", 1);
  tzset();
  EXPECT_EQ(parse_time("2023-10-05 12:00"), kNoon);
}

TEST(Time, RefusesWhatIsNoMoment) {
  for (const char* bad :
       {"", "yesterday", "2023-02-30", "2023-10-05T25:00:00Z", "2023-10-05T12:00:00Zx",
        "2023-10-05T12:00:00.Z", "2023-10-05T12", "23-10-05", "2023-10-05T12:00:00+2:00"}) {
    EXPECT_FALSE(parse_time(bad)) << bad;
  }
}

TEST(Time, FormatMayBeEmpty) {
  EXPECT_EQ(format_utc(kNoon, ""), "");
  EXPECT_EQ(format_utc(kNoon, "%Y%m%d_%H%M%S"), "20231005_120000");
}

}  // namespace
}  // namespace sluice::base
