#pragma once
// What s3prune does to the backups of one template, in three passes, each with a listing of its
// own: a survey, the plan, the deeds. Between them memory holds what the policy counts of each
// group, however many backups there are.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "s3prune_deletion.hpp"
#include "s3prune_lines.hpp"
#include "s3prune_rules.hpp"
#include "s3prune_survey.hpp"
#include "store/backups.hpp"
#include "store_options.hpp"

namespace sluice {

/// A URL that names backups which may be deleted. Throws: base::Error (usage).
[[nodiscard]] StoreUrl template_url(const std::string& url, const PruneRules& rules);

class Plan {
 public:
  /// `url` is one of template_url(). Asks nothing of the store yet; the rules outlive it.
  Plan(StoreUrl url, std::unique_ptr<store::Store> store, const PruneRules& rules);

  [[nodiscard]] const StoreUrl& url() const { return url_; }

  /// First: what there is. `all` are the plans of the run. Throws: base::Error (usage) for an
  /// object that two of them name: what one keeps the other might delete.
  void survey(const retention::Terms& terms, const std::deque<Plan>& all, cli::Log& log);
  /// Second: what becomes of each backup. What appeared or changed since the survey stays, and is
  /// no part of the plan.
  void decide(const std::function<void(const Decision&)>& each, cli::Log& log);
  /// Throws: base::Error (no) when more of a group would go than the limit allows.
  void require_limit() const;
  /// Third: deletes, and prints what is gone; of no group more than was decided.
  void apply(PruneLines& lines, Failures& failures);
  /// Throws: base::Error (no) when more of a group would have gone than was decided.
  void require_as_decided() const;

 private:
  struct Group {
    explicit Group(GroupJudge&& its_judge) : judge(std::move(its_judge)) {}

    GroupJudge judge;
    std::size_t all = 0;      // that were decided on
    std::size_t doomed = 0;   // of them
    std::size_t deleted = 0;  // or tried to be
    std::size_t refused = 0;
  };
  void each_decision(const std::function<void(Decision&&, Group&)>& each);
  void require_unclaimed(const store::Backup& backup, const std::deque<Plan>& all) const;
  [[nodiscard]] bool claims(const store::Location& place, const std::string& key) const;
  [[nodiscard]] std::string display(const std::string& group) const;

  StoreUrl url_;
  std::unique_ptr<store::Store> store_;
  const PruneRules& rules_;
  std::map<std::string, Group> groups_;  // that the survey found
  base::Time latest_{};                  // when the last object that it saw was modified
};

}  // namespace sluice
