#include "retention/limit.hpp"

#include <gtest/gtest.h>

namespace sluice::retention {
namespace {

TEST(Limit, IsHalfOfAGroupOrTen) {
  const Limit standard;
  EXPECT_EQ(standard.of(0), 10U);
  EXPECT_EQ(standard.of(19), 10U);
  EXPECT_EQ(standard.of(22), 11U);
  EXPECT_EQ(standard.of(101), 50U);
}

TEST(Limit, Parses) {
  EXPECT_EQ(Limit::parse("25")->of(3), 25U);
  EXPECT_EQ(Limit::parse("0")->of(3), 0U);
  EXPECT_EQ(Limit::parse("100%")->of(70), 70U);
  EXPECT_EQ(Limit::parse("33%")->of(10), 3U);
  for (const char* bad : {"", "%", "-1", "101%", "5 %", "half", "1.5%"}) {
    EXPECT_FALSE(Limit::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace sluice::retention
