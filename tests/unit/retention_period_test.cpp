#include "retention/period.hpp"

#include <gtest/gtest.h>

namespace sluice::retention {
namespace {

TEST(Period, Labels) {
  const base::Civil moment{.year = 2026, .month = 1, .day = 9, .hour = 7, .minute = 59};
  EXPECT_EQ(label(Period::hour, moment), "2026-01-09T07");
  EXPECT_EQ(label(Period::day, moment), "2026-01-09");
  EXPECT_EQ(label(Period::week, moment), "2026-W02");
  EXPECT_EQ(label(Period::month, moment), "2026-01");
  EXPECT_EQ(label(Period::year, moment), "2026");
}

// The turns of the year at which ISO 8601 and the calendar disagree.
TEST(Period, WeeksAreThoseOfIso8601) {
  struct Case {
    int year, month, day;
    const char* week;
  };
  for (const Case& one : {Case{2004, 12, 31, "2004-W53"}, Case{2005, 1, 1, "2004-W53"},
                          Case{2005, 1, 2, "2004-W53"}, Case{2005, 1, 3, "2005-W01"},
                          Case{2007, 12, 31, "2008-W01"}, Case{2008, 12, 28, "2008-W52"},
                          Case{2008, 12, 29, "2009-W01"}, Case{2010, 1, 3, "2009-W53"},
                          Case{2020, 12, 31, "2020-W53"}, Case{2024, 2, 29, "2024-W09"}}) {
    EXPECT_EQ(label(Period::week, {.year = one.year, .month = one.month, .day = one.day}),
              one.week);
  }
}

}  // namespace
}  // namespace sluice::retention
