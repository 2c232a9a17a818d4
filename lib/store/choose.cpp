#include "store/choose.hpp"

#include <utility>

namespace sluice::store {

std::optional<Found> found_by(const Template& pattern, Object object) {
  auto match = pattern.match(object.key);
  if (!match) return std::nullopt;
  const base::Time time = match->time.value_or(object.modified);
  return Found{std::move(object), std::move(*match), time};
}

void list_matching(Store& store, const Template& pattern,
                   const std::function<void(Found&&)>& each) {
  store.list(pattern.prefix(), [&](Object&& object) {
    if (auto found = found_by(pattern, std::move(object))) each(std::move(*found));
  });
}

void Newest::consider(Found found) {
  if (not_after_ && found.time > *not_after_) return;
  std::vector<Found>& best = groups_[found.match.group];
  if (!best.empty()) {
    const Found& now = best.front();
    if (!found.match.set.empty() && found.match.set == now.match.set) {
      best.push_back(std::move(found));
      return;
    }
    const auto rank = [](const Found& each) {
      return std::pair(each.time, each.match.set.empty() ? each.object.key : each.match.set);
    };
    if (rank(found) < rank(now)) return;
    best.clear();
  }
  best.push_back(std::move(found));
}

}  // namespace sluice::store
