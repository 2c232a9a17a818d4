// Mirrors of stores whose listings have any order.

#include "store/mirror.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>

namespace sluice::store {
namespace {

// Objects in memory, listed in the order in which they were put.
class MemoryStore : public Store {
 public:
  explicit MemoryStore(const std::vector<std::string>& keys) {
    for (const std::string& key : keys) objects_.push_back({key, 1, {}, "e-" + key});
  }

  void list(const std::string& prefix, const std::function<void(Object&&)>& each) override {
    for (const Object& object : copy()) {
      if (object.key.starts_with(prefix)) each(Object(object));
    }
  }
  std::optional<Object> find(const std::string& key) override {
    for (const Object& object : copy()) {
      if (object.key == key) return object;
    }
    return std::nullopt;
  }
  std::unique_ptr<Writer> write(const std::string&, const WriteOptions&) override { return {}; }
  void read(const Object&, stream::Sink&) override {}
  bool copy_from(Store&, const Object& object, const std::string& key) override {
    const std::lock_guard lock(mutex_);
    const auto same = [&](const Object& one) { return one.key == key; };
    std::erase_if(objects_, same);
    objects_.push_back({key, object.size, {}, object.etag});
    ++copies;
    return true;
  }
  std::vector<NotRemoved> remove(std::span<const std::string> keys) override {
    const std::lock_guard lock(mutex_);
    for (const std::string& key : keys) {
      std::erase_if(objects_, [&](const Object& one) { return one.key == key; });
    }
    return {};
  }
  void remove_leftovers(const std::string&) override {}
  void remove_empty_directories(const std::string&) override {}
  bool keeps_versions() override { return false; }
  void list_incomplete(const std::string&, const std::function<void(Incomplete&&)>&) override {}
  void remove_incomplete(const Incomplete&) override {}

  std::vector<std::string> keys() {
    std::vector<std::string> keys;
    for (const Object& object : copy()) keys.push_back(object.key);
    std::sort(keys.begin(), keys.end());
    return keys;
  }
  int copies = 0;

 private:
  std::vector<Object> copy() {
    const std::lock_guard lock(mutex_);
    return objects_;
  }

  std::mutex mutex_;
  std::vector<Object> objects_;
};

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
