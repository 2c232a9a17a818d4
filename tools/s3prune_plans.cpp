#include "s3prune_plans.hpp"

#include <algorithm>
#include <utility>

namespace sluice {

Plans::Plans(const std::vector<std::string>& urls, const s3::Settings& server,
             const PruneRules& rules) {
  for (const std::string& text : urls) {
    StoreUrl url = template_url(text, rules);
    auto store = store::open_store(url.place, server);
    plans_.emplace_back(std::move(url), std::move(store), rules);
  }
  terms_ = {rules.policy, base::now(), calendar_of(rules.zone, own_zone())};
}

OwnZone Plans::own_zone() const {
  const bool local_names = std::any_of(plans_.begin(), plans_.end(), [](const Plan& plan) {
    return plan.url().pattern->has_local_time();
  });
  return local_names ? OwnZone::stays : OwnZone::may_change;
}

void Plans::make(cli::Log& log, const Each& each) {
  for (Plan& plan : plans_) plan.survey(terms_, plans_, log);
  for (Plan& plan : plans_) {
    plan.decide([&](const Decision& decision) { each(plan.url().place, decision); }, log);
  }
}

void Plans::require_limit() const {
  for (const Plan& plan : plans_) plan.require_limit();
}

void Plans::carry_out(PruneLines& lines, cli::Log& log) {
  Failures failures(log);
  for (Plan& plan : plans_) plan.apply(lines, failures);
  failures.require_none();
  for (const Plan& plan : plans_) plan.require_as_decided();
}

}  // namespace sluice
