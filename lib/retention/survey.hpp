#pragma once
// Which backups of one group stay and which go, and why: first a survey of all of them, in any
// order, then a verdict on each. Pure; memory holds the names that the policy counts, however many
// backups there are.
//
// Whatever the policy says:
// - the newest whole backup stays;
// - the clock is that backup's time: when backups stop, nothing ages out;
// - a backup dated in the future stays, takes no place in any rule, and moves no clock;
// - a backup that is not whole takes nobody's place: it stays as long as the policy would keep a
//   whole one in its stead, or when no whole one is newer, for it may still be in the making;
// - a backup that the survey has not seen takes nobody's place either, and stays likewise.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "retention/places.hpp"
#include "retention/policy.hpp"

namespace sluice::retention {

/// One backup as its group lists it.
struct Backup {
  base::Time time;
  std::string_view name;    ///< of backups of the same time the later name is the newer one
  std::string_view defect;  ///< why it is not whole; "" when it is
};

struct Verdict {
  bool keep = true;
  /// For people: "last 3 of 10, daily 2026-11-20"; "": it is whole, and no rule keeps it.
  std::string reason = {};
};

/// In which zone days begin: base::to_utc or base::to_local.
using Calendar = std::function<base::Civil(base::Time)>;

/// By what all groups are judged.
struct Terms {
  Policy policy;
  base::Time now;  ///< what is dated after it is in the future
  Calendar calendar;
};

class Survey {
 public:
  /// The terms outlive it.
  explicit Survey(const Terms& terms);

  /// Each backup of the group once, in any order.
  void add(const Backup& backup);

 private:
  friend class Judge;

  const Terms* terms_;
  std::optional<Moment> newest_;  // of the whole ones
  LastPlaces last_;
  std::vector<PeriodPlaces> periods_;
};

class Judge {
 public:
  /// Of a survey that has seen the whole group.
  explicit Judge(Survey&& survey);

  [[nodiscard]] Verdict verdict(const Backup& backup) const;

 private:
  [[nodiscard]] std::vector<std::string> reasons_for(const Backup& backup) const;

  Survey survey_;
};

}  // namespace sluice::retention
