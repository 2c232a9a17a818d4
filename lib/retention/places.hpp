#pragma once
// The places that the counted rules of a policy give away, and which whole backups hold them.
// Memory: as many names as there are places.

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "retention/period.hpp"

namespace sluice::retention {

/// A backup's place in the order of age; of the same time the later name is the newer one.
struct Moment {
  base::Time time;
  std::string name;

  auto operator<=>(const Moment&) const = default;
};

/// A place for each of the N newest.
class LastPlaces {
 public:
  explicit LastPlaces(std::size_t count) : count_(count) {}

  /// A whole backup, each once, in any order.
  void add(Moment&& moment);
  /// After the last one and before the first reason().
  void settle();
  /// Why a backup stays: fewer than N whole ones are newer. nullopt: it does not.
  [[nodiscard]] std::optional<std::string> reason(const Moment& moment) const;

 private:
  std::size_t count_;
  std::vector<Moment> newest_;  // a heap, its oldest in front; settled: the newest in front
};

/// A place for the newest of each of the N newest periods that have one.
class PeriodPlaces {
 public:
  PeriodPlaces(const char* name, Period period, std::size_t count)
      : name_(name), period_(period), count_(count) {}

  /// A whole backup, each once, in any order; `civil` is its time in the policy's zone.
  void add(const Moment& moment, const base::Civil& civil);
  /// Why a backup stays: fewer than N periods have a newer whole one, and its own has none.
  [[nodiscard]] std::optional<std::string> reason(const Moment& moment,
                                                  const base::Civil& civil) const;

 private:
  const char* name_;
  Period period_;
  std::size_t count_;                      // not 0
  std::map<std::string, Moment> holders_;  // by the period's label, the oldest first
};

}  // namespace sluice::retention
