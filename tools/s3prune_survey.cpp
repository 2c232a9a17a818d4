#include "s3prune_survey.hpp"

#include <utility>

namespace sluice {

using store::Manifests;

Decision GroupJudge::decide(store::Backup&& backup) const {
  const std::string& defect = backup.defect(manifests_);
  const bool whole = defect.empty();
  retention::Verdict verdict = judge_.verdict({backup.time, backup.name, defect});
  return {std::move(backup), whole, std::move(verdict)};
}

void GroupSurvey::add(const store::Backup& backup) {
  if (backup.manifest && manifests_ == Manifests::unused) {
    manifests_ = Manifests::in_use;
    survey_ = retention::Survey(terms_);  // none before had a manifest, so that none was whole
  }
  survey_.add({backup.time, backup.name, backup.defect(manifests_)});
}

GroupJudge GroupSurvey::finish() && { return {retention::Judge(std::move(survey_)), manifests_}; }

}  // namespace sluice
