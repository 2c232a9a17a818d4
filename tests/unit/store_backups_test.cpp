#include "store/backups.hpp"

#include <gtest/gtest.h>

#include "store_memory.hpp"

namespace sluice::store {
namespace {

using std::chrono::seconds;

std::vector<Backup> listed(Store& store, const char* pattern, const Wholeness& wholeness = {}) {
  std::vector<Backup> all;
  list_backups(store, Template(pattern, "host"), wholeness,
               [&](Backup&& backup) { all.push_back(std::move(backup)); });
  return all;
}

std::vector<Backup> listed(std::vector<std::string> keys, const char* pattern,
                           const Wholeness& wholeness = {}) {
  std::sort(keys.begin(), keys.end());
  MemoryStore store(keys);
  return listed(store, pattern, wholeness);
}

std::string defects(const std::vector<Backup>& backups) {
  std::string text;
  for (const Backup& backup : backups) {
    text += backup.name + ":" + backup.defect(Manifests::in_use) + " ";
  }
  return text;
}

TEST(Backups, AnObjectAndItsManifestAreOne) {
  const auto backups = listed({"app_20260101_000000", "app_20260101_000000.json",
                               "app_20260102_000000", "app_20260103_000000.json"},
                              "app_{utc:compact}");
  EXPECT_EQ(defects(backups), "app_20260101_000000: app_20260102_000000:no manifest ");
  EXPECT_EQ(backups[0].keys(),
            (std::vector<std::string>{"app_20260101_000000.json", "app_20260101_000000"}));
  EXPECT_EQ(backups[1].keys(), (std::vector<std::string>{"app_20260102_000000"}));
  EXPECT_TRUE(backups[0].manifest && !backups[1].manifest);
  EXPECT_EQ(backups[1].defect(Manifests::unused), "");
}

// Between a key and its manifest stand longer keys, of backups and of strangers.
TEST(Backups, AManifestIsFoundBehindOtherKeys) {
  const char* pattern = "{db}_{utc:%Y}";
  const std::vector<std::string> keys{
      "a_2026",   "a_2026!x",    "a_2026--b_2027",   "a_2026--b_2027.json",
      "a_2026.i", "a_2026.json", "a_2026.json.json", "a_2027"};
  EXPECT_EQ(defects(listed(keys, pattern)), "a_2026--b_2027: a_2026: a_2027:no manifest ");
}

TEST(Backups, WhatTheTemplateNamesIsNoManifest) {
  const auto backups = listed({"a", "a.json"}, "{name}");
  EXPECT_EQ(defects(backups), "a.json:no manifest a:no manifest ");
}

TEST(Backups, TheMembersOfASetAreTogether) {
  const auto backups = listed(
      {"b_20260101_000000/x", "b_20260101_000000/y/z", "b_20260101_000001", "b_20260102_000000/x"},
      "b_{utc:compact}/");
  ASSERT_EQ(backups.size(), 2U);
  EXPECT_EQ(backups[0].name, "b_20260101_000000/");
  EXPECT_EQ(backups[0].members.size(), 2U);
  EXPECT_EQ(backups[0].size, 2U);
  EXPECT_EQ(backups[1].size, 1U);
}

TEST(Backups, ASetIsWholeWithItsMembersTheirManifestsAndItsSize) {
  const std::vector<std::string> keys{"1_2026/a",          "1_2026/a.json", "1_2026/b.sql",
                                      "1_2026/b.sql.json", "2_2026/a",      "2_2026/a.json",
                                      "2_2026/b.sql",      "3_2026/a"};
  const auto backups = listed(keys, "{n}_{utc:%Y}/", {.min_size = 2, .members = {"a", "*.sql"}});
  EXPECT_EQ(defects(backups),
            "1_2026/: 2_2026/:no manifest of b.sql 3_2026/:1 B are less than 2 B ");
  EXPECT_TRUE(backups[0].manifest && backups[1].manifest && !backups[2].manifest);
  EXPECT_EQ(backups[0].keys()[1], "1_2026/b.sql.json");
  EXPECT_EQ(listed(keys, "{n}_{utc:%Y}/", {.members = {"c*"}})[0].flaw, "no member c*");
}

TEST(Backups, TheLastOfItsObjectsTellsWhenABackupWasModified) {
  MemoryStore store({});
  store.put({"a_2026", 1, base::Time(seconds(5))});
  store.put({"a_2026.json", 1, base::Time(seconds(7))});
  EXPECT_EQ(listed(store, "a_{utc:%Y}")[0].modified, base::Time(seconds(7)));
  EXPECT_EQ(listed(store, "{name}_2026")[0].time, base::Time(seconds(5)));
}

// Taken as sorted, half a set would pass for all of it.
TEST(Backups, AListingThatIsNotSortedIsRefused) {
  MemoryStore store({"b_2026/x", "b_2027/x", "b_2026/y"});
  try {
    listed(store, "b_{utc:%Y}/");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.status(), base::Exit::unavailable);
    EXPECT_STREQ(error.what(),
                 "b_2026/y: is listed after b_2027/x, but backups are found in sorted listings "
                 "only");
  }
}

}  // namespace
}  // namespace sluice::store
