#include "s3prune_plan.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace sluice {

using base::Error;

StoreUrl template_url(const std::string& url, const PruneRules& rules) {
  StoreUrl parsed = parse_store_url(url);
  if (!parsed.pattern) {
    throw cli::usage_error(base::printable(url) + ": no template",
                           "only names that a template like app_{utc} can make are ever deleted");
  }
  if (!rules.wholeness.members.empty() && !parsed.pattern->names_sets()) {
    throw cli::usage_error(base::printable(url) + ": names no sets, but --members asks for them",
                           "a template of sets ends in /");
  }
  return parsed;
}

Plan::Plan(StoreUrl url, std::unique_ptr<store::Store> store, const PruneRules& rules)
    : url_(std::move(url)), store_(std::move(store)), rules_(rules) {}

void Plan::survey(const retention::Terms& terms, const std::deque<Plan>& all, cli::Log& log) {
  std::map<std::string, GroupSurvey> surveys;
  store::list_backups(*store_, *url_.pattern, rules_.wholeness, [&](store::Backup&& backup) {
    require_unclaimed(backup, all);
    if (backup.time > terms.now) {
      log.warning(base::printable(store::url_of(url_.place, backup.name)) +
                  ": dated in the future, so it stays and counts for nothing");
    }
    latest_ = std::max(latest_, backup.modified);
    surveys.try_emplace(backup.group, terms).first->second.add(backup);
  });
  while (!surveys.empty()) {
    auto survey = surveys.extract(surveys.begin());
    groups_.try_emplace(groups_.end(), survey.key(), std::move(survey.mapped()).finish());
  }
  if (!url_.pattern->has_time()) {
    log.warning(display("") + ": no time in the template, going by Last-Modified");
  }
}

void Plan::require_unclaimed(const store::Backup& backup, const std::deque<Plan>& all) const {
  if (all.size() < 2) return;
  for (const std::string& key : backup.keys()) {
    const bool claimed = std::any_of(all.begin(), all.end(), [&](const Plan& other) {
      return &other != this && other.claims(url_.place, key);
    });
    if (!claimed) continue;
    throw cli::usage_error(
        base::printable(store::url_of(url_.place, key)) + ": belongs to two of the templates",
        "prune them one by one, or make them more exact");
  }
}

bool Plan::claims(const store::Location& place, const std::string& key) const {
  return place.scheme == url_.place.scheme && place.bucket == url_.place.bucket &&
         url_.pattern->match(key);
}

void Plan::each_decision(const std::function<void(Decision&&, Group&)>& each) {
  store::list_backups(*store_, *url_.pattern, rules_.wholeness, [&](store::Backup&& backup) {
    const auto group = groups_.find(backup.group);
    const bool surveyed = group != groups_.end() && backup.modified <= latest_;
    if (surveyed) each(group->second.judge.decide(std::move(backup)), group->second);
  });
}

void Plan::decide(const std::function<void(const Decision&)>& each, cli::Log& log) {
  bool deletes = false;
  each_decision([&](Decision&& decision, Group& group) {
    ++group.all;
    if (!decision.verdict.keep) ++group.doomed;
    deletes = deletes || !decision.verdict.keep;
    each(decision);
  });
  if (deletes && store_->keeps_versions()) {
    log.warning(display("") + ": the bucket keeps old versions: what is deleted is only hidden, " +
                "until its lifecycle rules and object locks let it go");
  }
}

void Plan::require_limit() const {
  for (const auto& [name, group] : groups_) {
    const std::size_t allowed = rules_.limit.of(group.all);
    if (group.doomed <= allowed) continue;
    throw Error(base::Exit::no,
                display(name) + ": " + std::to_string(group.doomed) + " of " +
                    std::to_string(group.all) + " backups would go, " + std::to_string(allowed) +
                    " are allowed at once: nothing is deleted",
                "if that is what you want: --max-delete " + std::to_string(group.doomed));
  }
}

void Plan::apply(PruneLines& lines, Failures& failures) {
  Deletion deletion(*store_, url_.place, lines, failures);
  each_decision([&](Decision&& decision, Group& group) {
    if (decision.verdict.keep) return;
    if (group.deleted == group.doomed) {
      ++group.refused;
      return;
    }
    ++group.deleted;
    deletion.add(std::move(decision));
  });
  deletion.finish();
}

void Plan::require_as_decided() const {
  for (const auto& [name, group] : groups_) {
    if (group.refused == 0) continue;
    throw Error(base::Exit::no,
                display(name) + ": changed meanwhile: " + std::to_string(group.refused) +
                    " more backups would go than were planned, and stay",
                "run again");
  }
}

std::string Plan::display(const std::string& group) const {
  return base::printable(store::url_of(url_.place, url_.pattern->prefix()) +
                         (group.empty() ? "" : " (" + group + ")"));
}

}  // namespace sluice
