#include "s3prune_plan.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sluice {

using base::Error;

namespace {

constexpr std::size_t kBatch = 1000;  // as many as a request of S3 takes

StoreUrl template_url(const std::string& url) {
  StoreUrl parsed = parse_store_url(url);
  if (!parsed.pattern) {
    throw cli::usage_error(base::printable(url) + ": no template",
                           "only names that a template like app_{utc} can make are ever deleted");
  }
  return parsed;
}

}  // namespace

Plan::Plan(const std::string& url, const s3::Settings& server, const PruneRules& rules)
    : url_(template_url(url)), store_(store::open_store(url_.place, server)) {
  if (!rules.wholeness.members.empty() && !url_.pattern->names_sets()) {
    throw cli::usage_error(base::printable(url) + ": names no sets, but --members asks for them",
                           "a template of sets ends in /");
  }
  backups_ = store::list_backups(*store_, *url_.pattern, rules.wholeness);
}

void Plan::claim_all(std::set<std::string>& seen) const {
  for (const auto& [group, backups] : backups_) {
    for (const store::Backup& backup : backups) {
      for (const std::string& key : backup.keys()) {
        const std::string url = store::url_of(url_.place, key);
        if (!seen.insert(url).second) {
          throw cli::usage_error(base::printable(url) + ": belongs to two of the templates",
                                 "prune them one by one, or make them more exact");
        }
      }
    }
  }
}

void Plan::decide(const retention::Terms& terms) {
  const auto view = [](const store::Backup& backup) {
    return retention::Backup{backup.time, backup.name, backup.defect};
  };
  for (const auto& [name, backups] : backups_) {
    retention::Survey survey(terms);
    for (const store::Backup& backup : backups) survey.add(view(backup));
    const retention::Judge judge(std::move(survey));
    std::vector<retention::Verdict> verdicts;
    for (const store::Backup& backup : backups) verdicts.push_back(judge.verdict(view(backup)));
    const auto doomed = std::count_if(verdicts.begin(), verdicts.end(),
                                      [](const auto& verdict) { return !verdict.keep; });
    groups_.push_back({name, backups, std::move(verdicts), static_cast<std::size_t>(doomed)});
  }
}

void Plan::warn(base::Time now, cli::Log& log) const {
  const std::string place = base::printable(store::url_of(url_.place, url_.pattern->prefix()));
  if (!url_.pattern->has_time()) {
    log.warning(place + ": no time in the template, going by Last-Modified");
  }
  for (const Group& group : groups_) {
    for (std::size_t i = 0; i < group.backups.size(); ++i) {
      if (group.backups[i].time <= now) continue;
      log.warning(base::printable(store::url_of(url_.place, group.backups[i].name)) +
                  ": dated in the future, so it stays and counts for nothing");
    }
  }
  const bool deletes = std::any_of(groups_.begin(), groups_.end(),
                                   [](const Group& group) { return group.doomed > 0; });
  if (deletes && store_->keeps_versions()) {
    log.warning(place + ": the bucket keeps old versions: what is deleted is only hidden, until " +
                "its lifecycle rules and object locks let it go");
  }
}

void Plan::print(PruneLines& lines) const {
  for (const Group& group : groups_) {
    for (std::size_t i = 0; i < group.backups.size(); ++i) {
      lines.backup(url_.place, group[i], group.verdicts[i].keep ? "keep" : "delete");
    }
  }
}

void Plan::require_limit(const retention::Limit& limit) const {
  for (const Group& group : groups_) {
    const std::size_t all = group.backups.size();
    const std::size_t allowed = limit.of(all);
    if (group.doomed <= allowed) continue;
    const std::string place = store::url_of(url_.place, url_.pattern->prefix()) +
                              (group.name.empty() ? "" : " (" + group.name + ")");
    throw Error(base::Exit::no,
                base::printable(place) + ": " + std::to_string(group.doomed) + " of " +
                    std::to_string(all) + " backups would go, " + std::to_string(allowed) +
                    " are allowed at once: nothing is deleted",
                "if that is what you want: --max-delete " + std::to_string(group.doomed));
  }
}

std::vector<Error> Plan::apply(PruneLines& lines) const {
  std::vector<Place> doomed;
  for (const Group& group : groups_) {
    for (std::size_t i = 0; i < group.backups.size(); ++i) {
      if (!group.verdicts[i].keep) doomed.push_back({&group, i});
    }
  }
  std::stable_sort(doomed.begin(), doomed.end(), [](const Place& a, const Place& b) {
    return a.decision().backup.time < b.decision().backup.time;
  });
  std::vector<Error> failures;
  for (Batch rest = doomed; !rest.empty();) {
    const Batch batch = rest.first(std::min(rest.size(), kBatch));
    apply(batch, lines, failures);
    rest = rest.subspan(batch.size());
  }
  return failures;
}

void Plan::apply(Batch batch, PruneLines& lines, std::vector<Error>& failures) const {
  std::vector<std::string> keys;
  for (const Place& place : batch) {
    for (std::string& key : place.decision().backup.keys()) keys.push_back(std::move(key));
  }
  std::set<std::string> left;
  for (const store::NotRemoved& failure : store_->remove(keys)) {
    left.insert(failure.key);
    failures.push_back(failure.error);
  }
  for (const Place& place : batch) {
    const store::Backup& backup = place.decision().backup;
    const std::vector<std::string> own = backup.keys();
    const bool gone = std::none_of(own.begin(), own.end(),
                                   [&](const std::string& key) { return left.contains(key); });
    if (gone && !backup.members.empty()) store_->remove_leftovers(backup.name);
    if (gone) lines.backup(url_.place, place.decision(), "deleted");
  }
  lines.flush();
}

void require_disjoint(const std::vector<Plan>& plans) {
  if (plans.size() < 2) return;
  std::set<std::string> seen;
  for (const Plan& plan : plans) plan.claim_all(seen);
}

}  // namespace sluice
