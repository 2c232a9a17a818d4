// Mirrors of stores whose listings have any order.

#include "store/mirror.hpp"

#include <gtest/gtest.h>

#include "store_memory.hpp"

namespace sluice::store {
namespace {

using Keys = std::vector<std::string>;

MirrorReport mirrored(MemoryStore& from, MemoryStore& to, const MirrorRules& rules = {}) {
  return mirror({from, "", Scheme::s3}, {to, "", Scheme::s3}, rules, [](const Deed&) {});
}

const MirrorRules kExact{.extra = Extra::remove};

TEST(Mirror, TwoListingsInOrderAreMergedWithoutACopyTooMany) {
  MemoryStore from({"a", "b-", "b/x", "c", "e"});
  MemoryStore to({"0", "b-", "b/x", "b/y", "d", "e", "f"});
  const MirrorReport report = mirrored(from, to, kExact);
  EXPECT_EQ(to.keys(), (Keys{"a", "b-", "b/x", "c", "e"}));
  EXPECT_EQ(report.copied, 2U);
  EXPECT_EQ(report.unchanged, 3U);
  EXPECT_EQ(report.removed, 4U);
}

TEST(Mirror, AnotherOrderCostsCopiesAndNeverAnObject) {
  Keys order{"a", "b", "c", "x"};
  do {
    MemoryStore from({"a", "b", "c", "d"});
    MemoryStore to(order);
    const MirrorReport report = mirrored(from, to, kExact);
    EXPECT_EQ(to.keys(), (Keys{"a", "b", "c", "d"})) << order[0] << order[1] << order[2];
    EXPECT_EQ(report.removed, 1U);
    MemoryStore shuffled(order);
    MemoryStore target({"a", "b", "c", "d"});
    (void)mirrored(shuffled, target, kExact);
    EXPECT_EQ(target.keys(), (Keys{"a", "b", "c", "x"})) << order[0] << order[1] << order[2];
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Mirror, AnExcludedNameIsNeitherCopiedNorDeleted) {
  MemoryStore from({"a", "keep"});
  MemoryStore to({".last_success", "b"});
  (void)mirrored(from, to, {.extra = Extra::remove, .exclude = {".last_success", "keep"}});
  EXPECT_EQ(to.keys(), (Keys{".last_success", "a"}));
}

// Of the same size, in parts of other sizes, so that the ETags do not tell.
TEST(Mirror, AnObjectThatWasReplacedInTheSecondOfItsCopyIsCopiedAgain) {
  MemoryStore from({});
  MemoryStore to({});
  const base::Time copied = base::now();
  from.put({.key = "a", .size = 1, .modified = copied, .etag = "1-2"});
  to.put({.key = "a", .size = 1, .modified = copied, .etag = "2-2"});
  EXPECT_EQ(mirrored(from, to).copied, 1U);
  MemoryStore later({});
  later.put({.key = "a", .size = 1, .modified = copied + std::chrono::seconds(1), .etag = "2-2"});
  EXPECT_EQ(mirrored(from, later).copied, 0U);
}

TEST(Mirror, AnEmptySourceAndALimitDeleteNothing) {
  MemoryStore nothing({});
  MemoryStore from({"a"});
  MemoryStore to({"a", "b", "c"});
  EXPECT_THROW((void)mirrored(nothing, to, kExact), base::Error);
  EXPECT_THROW((void)mirrored(from, to, {.extra = Extra::remove, .max_remove = 1}), base::Error);
  EXPECT_EQ(to.keys(), (Keys{"a", "b", "c"}));
  (void)mirrored(from, to, {.extra = Extra::keep});
  EXPECT_EQ(to.keys(), (Keys{"a", "b", "c"}));
}

}  // namespace
}  // namespace sluice::store
