#include "store/backups.hpp"

#include <gtest/gtest.h>

#include "store_memory.hpp"

namespace sluice::store {
namespace {

Backups listed(const std::vector<std::string>& keys, const char* pattern) {
  MemoryStore store(keys);
  return list_backups(store, Template(pattern, "host"), {});
}

std::string defects(const Backups& backups) {
  std::string text;
  for (const auto& [group, all] : backups) {
    for (const Backup& backup : all) text += backup.name + ":" + backup.defect + " ";
  }
  return text;
}

TEST(Backups, AManifestIsFoundWhereverItIsListed) {
  const std::string expected = "app_20260101_000000: app_20260102_000000:no manifest ";
  std::vector<std::string> keys{"app_20260101_000000", "app_20260101_000000.json",
                                "app_20260102_000000"};
  do {
    EXPECT_EQ(defects(listed(keys, "app_{utc:compact}")), expected);
  } while (std::next_permutation(keys.begin(), keys.end()));
}

TEST(Backups, TheMembersOfASetAreTogetherWhereverTheyAreListed) {
  std::vector<std::string> keys{"b_20260101_000000/x", "b_20260101_000000/y",
                                "b_20260102_000000/x"};
  do {
    const Backups backups = listed(keys, "b_{utc:compact}/");
    ASSERT_EQ(backups.at("").size(), 2U);
    EXPECT_EQ(backups.at("")[0].name, "b_20260101_000000/");
    EXPECT_EQ(backups.at("")[0].members.size(), 2U);
    EXPECT_EQ(backups.at("")[1].size, 1U);
  } while (std::next_permutation(keys.begin(), keys.end()));
}

}  // namespace
}  // namespace sluice::store
