#include "s3prune_deletion.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace sluice {

using base::Error;

namespace {

constexpr std::size_t kBatch = 1000;  // keys; as many as a request of S3 takes

}  // namespace

void Failures::add(const Error& error) {
  log_.warning(error.what());
  if (!first_) first_ = error;
  ++count_;
}

void Failures::require_none() const {
  if (!first_) return;
  throw Error(first_->status(), std::to_string(count_) + " objects could not be deleted",
              first_->hint());
}

void Deletion::add(Decision&& decision) {
  std::vector<std::string> keys = decision.backup.keys();
  if (keys_.size() + keys.size() > kBatch) finish();
  std::move(keys.begin(), keys.end(), std::back_inserter(keys_));
  batch_.push_back(std::move(decision));
}

void Deletion::finish() {
  std::set<std::string> left;
  for (const store::NotRemoved& failure : store_.remove(keys_)) {
    left.insert(failure.key);
    failures_.add(failure.error);
  }
  for (const Decision& decision : batch_) {
    const std::vector<std::string> own = decision.backup.keys();
    const bool gone = std::none_of(own.begin(), own.end(),
                                   [&](const std::string& key) { return left.contains(key); });
    if (!gone) continue;
    if (!decision.backup.members.empty()) store_.remove_leftovers(decision.backup.name);
    lines_.backup(place_, decision, "deleted");
  }
  lines_.flush();
  batch_.clear();
  keys_.clear();
}

}  // namespace sluice
