#include "retention/plan.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include "base/glob.hpp"
#include "base/text.hpp"
#include "retention/period.hpp"

namespace sluice::retention {

namespace {

// "The newest of each of the N newest periods", fed from the newest backup to the oldest.
class PeriodRule {
 public:
  PeriodRule(const char* name, Period period, std::size_t count)
      : name_(name), period_(period), count_(count) {}

  // The reason to keep a backup of that moment; a whole one then takes the place.
  std::optional<std::string> consider(const base::Civil& moment, bool whole) {
    if (used_ == count_) return std::nullopt;
    std::string now = label(period_, moment);
    if (now == taken_) return std::nullopt;
    std::string reason = std::string(name_) + " " + now;
    if (whole) {
      taken_ = std::move(now);
      ++used_;
    }
    return reason;
  }

 private:
  const char* name_;
  Period period_;
  std::size_t count_;
  std::size_t used_ = 0;
  std::string taken_;
};

// The rules of a policy, fed from the newest backup to the oldest.
class Rules {
 public:
  Rules(const Policy& policy, base::Time clock, const Calendar& calendar)
      : policy_(policy),
        clock_(clock),
        calendar_(calendar),
        periods_{{"hourly", Period::hour, policy.hourly},
                 {"daily", Period::day, policy.daily},
                 {"weekly", Period::week, policy.weekly},
                 {"monthly", Period::month, policy.monthly},
                 {"yearly", Period::year, policy.yearly}} {}

  std::vector<std::string> reasons_for(const Backup& backup) {
    std::vector<std::string> reasons;
    const bool whole = backup.defect.empty();
    if (last_ < policy_.last) {
      reasons.push_back("last " + std::to_string(last_ + 1) + " of " +
                        std::to_string(policy_.last));
      if (whole) ++last_;
    }
    if (policy_.within && backup.time > clock_ - *policy_.within) {
      reasons.push_back("within " + base::duration_text(*policy_.within));
    }
    const base::Civil moment = calendar_(backup.time);
    for (PeriodRule& rule : periods_) {
      if (auto reason = rule.consider(moment, whole)) reasons.push_back(std::move(*reason));
    }
    for (const std::string& glob : policy_.match) {
      if (base::glob_matches(glob, std::string(backup.name))) reasons.push_back("match " + glob);
    }
    return reasons;
  }

 private:
  const Policy& policy_;
  base::Time clock_;
  const Calendar& calendar_;
  std::vector<PeriodRule> periods_;
  std::size_t last_ = 0;
};

std::vector<std::size_t> newest_first(std::size_t count,
                                      const std::function<Backup(std::size_t)>& backups) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const Backup one = backups(a);
    const Backup other = backups(b);
    return std::pair(other.time, other.name) < std::pair(one.time, one.name);
  });
  return order;
}

Verdict verdict_on(const Backup& backup, const std::vector<std::string>& reasons) {
  Verdict verdict{.keep = !reasons.empty(), .reason = base::join(reasons, ", ")};
  if (!backup.defect.empty()) {
    verdict.reason = "not whole: " + std::string(backup.defect) +
                     (verdict.keep ? "; " + verdict.reason : std::string());
  }
  return verdict;
}

}  // namespace

std::vector<Verdict> judge(const Policy& policy, std::size_t count,
                           const std::function<Backup(std::size_t)>& backups, base::Time now,
                           const Calendar& calendar) {
  std::vector<Verdict> verdicts(count);
  const std::vector<std::size_t> order = newest_first(count, backups);
  const auto newest = std::find_if(order.begin(), order.end(), [&](std::size_t i) {
    const Backup backup = backups(i);
    return backup.time <= now && backup.defect.empty();
  });
  const base::Time clock = newest == order.end() ? base::Time{} : backups(*newest).time;
  Rules rules(policy, clock, calendar);
  for (auto place = order.begin(); place != order.end(); ++place) {
    const Backup backup = backups(*place);
    if (backup.time > now) {
      verdicts[*place] = {true, true, "dated in the future"};
      continue;
    }
    std::vector<std::string> reasons = rules.reasons_for(backup);
    if (place == newest) reasons.insert(reasons.begin(), "newest");
    if (place < newest) reasons.insert(reasons.begin(), "no whole one is newer");
    verdicts[*place] = verdict_on(backup, reasons);
  }
  return verdicts;
}

}  // namespace sluice::retention
