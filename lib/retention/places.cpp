#include "retention/places.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace sluice::retention {

void LastPlaces::add(Moment&& moment) {
  if (count_ == 0 || (newest_.size() == count_ && moment < newest_.front())) return;
  newest_.push_back(std::move(moment));
  std::push_heap(newest_.begin(), newest_.end(), std::greater<>());
  if (newest_.size() <= count_) return;
  std::pop_heap(newest_.begin(), newest_.end(), std::greater<>());
  newest_.pop_back();
}

void LastPlaces::settle() { std::sort_heap(newest_.begin(), newest_.end(), std::greater<>()); }

std::optional<std::string> LastPlaces::reason(const Moment& moment) const {
  const auto place = std::lower_bound(newest_.begin(), newest_.end(), moment, std::greater<>());
  const auto newer = static_cast<std::size_t>(place - newest_.begin());
  if (newer == count_) return std::nullopt;
  return "last " + std::to_string(newer + 1) + " of " + std::to_string(count_);
}

void PeriodPlaces::add(const Moment& moment, const base::Civil& civil) {
  const auto holder = holders_.try_emplace(label(period_, civil), moment).first;
  if (holder->second < moment) holder->second = moment;
  if (holders_.size() > count_) holders_.erase(holders_.begin());
}

std::optional<std::string> PeriodPlaces::reason(const Moment& moment,
                                                const base::Civil& civil) const {
  const std::string own = label(period_, civil);
  const auto holder = holders_.find(own);
  const bool taken = holder != holders_.end() && holder->second > moment;
  const bool too_old = holders_.size() == count_ && own < holders_.begin()->first;
  if (taken || too_old) return std::nullopt;
  return name_ + (" " + own);
}

}  // namespace sluice::retention
