#pragma once
// A group of backups, surveyed and judged (retention/survey.hpp), with its manifests: whether they
// are in use is known only when all of the group was seen.

#include "retention/survey.hpp"
#include "s3prune_lines.hpp"
#include "store/backups.hpp"

namespace sluice {

class GroupJudge {
 public:
  GroupJudge(retention::Judge&& judge, store::Manifests manifests)
      : judge_(std::move(judge)), manifests_(manifests) {}

  [[nodiscard]] Decision decide(store::Backup&& backup) const;

 private:
  retention::Judge judge_;
  store::Manifests manifests_;
};

class GroupSurvey {
 public:
  /// The terms outlive it, and its judge.
  explicit GroupSurvey(const retention::Terms& terms) : terms_(terms), survey_(terms) {}

  /// Each backup of the group once, in any order.
  void add(const store::Backup& backup);
  [[nodiscard]] GroupJudge finish() &&;

 private:
  const retention::Terms& terms_;
  retention::Survey survey_;
  store::Manifests manifests_ = store::Manifests::unused;
};

}  // namespace sluice
