#include "store/file_time.hpp"

#include <gtest/gtest.h>

namespace sluice::store {
namespace {

TEST(FileTime, IsWrittenAsRcloneDoes) {
  const auto at = [](std::int64_t count) { return FileTime(std::chrono::nanoseconds(count)); };
  for (const auto& [count, text] : {std::pair<std::int64_t, const char*>{0, "0"},
                                    {1'700'000'000'500'000'000, "1700000000.5"},
                                    {981'173'106'123'456'789, "981173106.123456789"},
                                    {1'000'000'001, "1.000000001"},
                                    {-1'500'000'000, "-1.5"}}) {
    EXPECT_EQ(to_decimal(at(count)), text);
    EXPECT_EQ(from_decimal(text), at(count));
  }
  EXPECT_EQ(from_decimal("1.10"), from_decimal("1.1"));
}

TEST(FileTime, RefusesWhatIsNoTime) {
  for (const char* bad : {"", "-", ".5", "1.x", "x", "99999999999999999999", "1 "}) {
    EXPECT_FALSE(from_decimal(bad)) << bad;
  }
}

}  // namespace
}  // namespace sluice::store
