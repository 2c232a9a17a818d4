#include "retention/survey.hpp"

#include <utility>

#include "base/glob.hpp"
#include "base/text.hpp"

namespace sluice::retention {

Survey::Survey(const Terms& terms) : terms_(&terms), last_(terms.policy.last) {
  const auto add_rule = [&](const char* name, Period period, std::size_t count) {
    if (count > 0) periods_.emplace_back(name, period, count);
  };
  add_rule("hourly", Period::hour, terms.policy.hourly);
  add_rule("daily", Period::day, terms.policy.daily);
  add_rule("weekly", Period::week, terms.policy.weekly);
  add_rule("monthly", Period::month, terms.policy.monthly);
  add_rule("yearly", Period::year, terms.policy.yearly);
}

void Survey::add(const Backup& backup) {
  if (backup.time > terms_->now || !backup.defect.empty()) return;
  Moment moment{backup.time, std::string(backup.name)};
  if (!newest_ || *newest_ < moment) newest_ = moment;
  if (!periods_.empty()) {
    const base::Civil civil = terms_->calendar(backup.time);
    for (PeriodPlaces& rule : periods_) rule.add(moment, civil);
  }
  last_.add(std::move(moment));
}

Judge::Judge(Survey&& survey) : survey_(std::move(survey)) { survey_.last_.settle(); }

std::vector<std::string> Judge::reasons_for(const Backup& backup) const {
  const auto& [terms, newest, last, periods] = survey_;
  const Policy& policy = terms->policy;
  const Moment moment{backup.time, std::string(backup.name)};
  std::vector<std::string> reasons;
  if (!newest || moment > *newest) reasons.emplace_back("no whole one is newer");
  if (newest && moment == *newest) reasons.emplace_back("newest");
  if (auto reason = last.reason(moment)) reasons.push_back(std::move(*reason));
  const base::Time clock = newest ? newest->time : base::Time{};
  if (policy.within && backup.time > clock - *policy.within) {
    reasons.push_back("within " + base::duration_text(*policy.within));
  }
  if (!periods.empty()) {
    const base::Civil civil = terms->calendar(backup.time);
    for (const PeriodPlaces& rule : periods) {
      if (auto reason = rule.reason(moment, civil)) reasons.push_back(std::move(*reason));
    }
  }
  for (const std::string& glob : policy.match) {
    if (base::glob_matches(glob, moment.name)) reasons.push_back("match " + glob);
  }
  return reasons;
}

Verdict Judge::verdict(const Backup& backup) const {
  if (backup.time > survey_.terms_->now) return {true, "dated in the future"};
  const std::vector<std::string> reasons = reasons_for(backup);
  Verdict verdict{.keep = !reasons.empty(), .reason = base::join(reasons, ", ")};
  if (!backup.defect.empty()) {
    verdict.reason = "not whole: " + std::string(backup.defect) +
                     (verdict.keep ? "; " + verdict.reason : std::string());
  }
  return verdict;
}

}  // namespace sluice::retention
