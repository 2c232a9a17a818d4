#pragma once
// A store in memory whose listing has any order.

#include <algorithm>
#include <mutex>

#include "store/store.hpp"

namespace sluice::store {

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
  void remove_emptied_directories(const std::string&, std::span<const std::string>) override {}
  bool keeps_versions() override { return false; }
  void list_incomplete(const std::string&, const std::function<void(Incomplete&&)>&) override {}
  void remove_incomplete(const Incomplete&) override {}

  // Before the first greater key.
  void put(Object&& object) {
    const std::lock_guard lock(mutex_);
    const auto greater = [&](const Object& one) { return one.key > object.key; };
    objects_.insert(std::find_if(objects_.begin(), objects_.end(), greater), std::move(object));
  }

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

}  // namespace sluice::store
