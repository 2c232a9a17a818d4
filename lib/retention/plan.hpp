#pragma once
// Which backups of one group stay and which go, and why. Pure functions.
//
// Whatever the policy says:
// - the newest whole backup stays;
// - the clock is that backup's time: when backups stop, nothing ages out;
// - a backup dated in the future stays, takes no place in any rule, and moves no clock;
// - a backup that is not whole takes nobody's place: it stays as long as the policy would keep a
//   whole one in its stead, or when no whole one is newer, for it may still be in the making.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "retention/policy.hpp"

namespace sluice::retention {

/// One backup as its group lists it. The names and defects outlive the call.
struct Backup {
  base::Time time;
  std::string_view name;    ///< of backups of the same time the later name is the newer one
  std::string_view defect;  ///< why it is not whole; "" when it is
};

struct Verdict {
  bool keep = true;
  bool future = false;
  /// For people: "last 3 of 10, daily 2026-11-20"; "": it is whole, and no rule keeps it.
  std::string reason = {};
};

/// In which zone days begin: base::to_utc or base::to_local.
using Calendar = std::function<base::Civil(base::Time)>;

/// One verdict a backup, in the order of `backups`, which may be any. That order is all that is
/// held besides, so that a hundred thousand backups cost little.
[[nodiscard]] std::vector<Verdict> judge(const Policy& policy, std::size_t count,
                                         const std::function<Backup(std::size_t)>& backups,
                                         base::Time now, const Calendar& calendar);

}  // namespace sluice::retention
