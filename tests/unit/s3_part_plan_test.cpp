#include "s3/part_plan.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "base/error.hpp"

namespace sluice::s3 {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kGiB = 1 << 30;
constexpr std::uint64_t kTiB = 1ULL << 40;

// The number of parts for a stream of `length`, and the size of the largest.
std::pair<std::uint64_t, std::uint64_t> parts_for(const PartPlan& plan, std::uint64_t length) {
  std::uint64_t number = 0;
  std::uint64_t largest = 0;
  for (std::uint64_t done = 0; done < length;) {
    const std::uint64_t size = plan.size_of(++number);
    if (size == 0) return {0, largest};
    largest = size;
    done += size;
  }
  return {number, largest};
}

TEST(PartPlan, UnknownLengthReachesFiveTebibytes) {
  const PartPlan plan({});
  EXPECT_EQ(parts_for(plan, 1).second, 8 * kMiB);
  EXPECT_EQ(parts_for(plan, 28 * kGiB).second, 8 * kMiB);
  EXPECT_LE(parts_for(plan, 64 * kGiB).second, 32 * kMiB);
  const auto [count, largest] = parts_for(plan, 5 * kTiB);
  EXPECT_GT(count, 9000U);
  EXPECT_LE(count, 10'000U);
  EXPECT_LE(largest, kLargestPart);
  EXPECT_EQ(plan.size_of(10'001), 0U);
}

TEST(PartPlan, SizesNeverShrink) {
  const PartPlan plan({});
  for (std::uint64_t number = 2; number <= kUsualMaxParts; ++number) {
    ASSERT_GE(plan.size_of(number), plan.size_of(number - 1)) << number;
  }
}

TEST(PartPlan, FewPartsGrowSooner) {
  const PartPlan plan({.max_parts = 1000});
  EXPECT_EQ(plan.size_of(360), 8 * kMiB);
  EXPECT_EQ(plan.size_of(361), 16 * kMiB);
  EXPECT_EQ(plan.size_of(1001), 0U);
  EXPECT_GT(parts_for(plan, 500 * kGiB).first, 0U);
}

TEST(PartPlan, ExpectedSizeIsDividedEvenly) {
  for (const std::uint64_t size : {kMiB, kGiB, 100 * kGiB, kTiB, 5 * kTiB, 48 * kTiB}) {
    const auto [count, largest] = parts_for(PartPlan({.expected_size = size}), size);
    EXPECT_GT(count, 0U) << size;
    EXPECT_LE(largest, std::max(8 * kMiB, size / 10'000 + kMiB)) << size;
  }
}

TEST(PartPlan, FixedSizeStaysFixed) {
  const PartPlan plan({.part_size = 64 * kMiB});
  EXPECT_EQ(plan.size_of(1), 64 * kMiB);
  EXPECT_EQ(plan.size_of(10'000), 64 * kMiB);
}

TEST(PartPlan, PartsAreEqualWhereTheServerWantsThat) {
  const std::string r2 = "https://account.eu.r2.cloudflarestorage.com";
  EXPECT_EQ(suited_to(r2, {}).part_size, 16 * kMiB);
  EXPECT_EQ(suited_to(r2, {.expected_size = kTiB}).part_size, 105 * kMiB);
  EXPECT_EQ(suited_to(r2, {.part_size = 9 * kMiB}).part_size, 9 * kMiB);
  EXPECT_EQ(suited_to("https://s3.example.com", {}).part_size, std::nullopt);
}

TEST(PartPlan, RefusesWhatDoesNotFit) {
  EXPECT_THROW(PartPlan({.part_size = kMiB}), base::Error);
  EXPECT_THROW(PartPlan({.part_size = 6 * kGiB}), base::Error);
  EXPECT_THROW(PartPlan({.max_parts = 100, .part_size = 5 * kMiB, .expected_size = kGiB}),
               base::Error);
  EXPECT_THROW(PartPlan({.expected_size = 50 * kTiB}), base::Error);
}

}  // namespace
}  // namespace sluice::s3
