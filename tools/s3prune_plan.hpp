#pragma once
// What s3prune does to the backups of one template: first the whole plan, then the deeds.

#include <deque>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "s3prune_lines.hpp"
#include "s3prune_rules.hpp"
#include "store/backups.hpp"
#include "store_options.hpp"

namespace sluice {

class Plan {
 public:
  /// Lists the backups. Throws: base::Error.
  Plan(const std::string& url, const s3::Settings& server, const PruneRules& rules);

  /// Puts the URL of every object into `seen`. Throws: base::Error (usage) for one that is there.
  void claim_all(std::set<std::string>& seen) const;
  void decide(const retention::Terms& terms);
  /// Throws: base::Error (no) when more of a group would go than the limit allows.
  void require_limit(const retention::Limit& limit) const;
  /// Says what people should know besides the plan.
  void warn(base::Time now, cli::Log& log) const;
  void print(PruneLines& lines) const;
  /// Deletes, the oldest first, and prints what is gone. Returns the errors of the rest.
  [[nodiscard]] std::vector<base::Error> apply(PruneLines& lines) const;

 private:
  struct Group {
    const std::string& name;
    const std::deque<store::Backup>& backups;
    std::vector<retention::Verdict> verdicts;  // of each of them
    std::size_t doomed;

    [[nodiscard]] Decision operator[](std::size_t i) const {
      return {name, backups[i], verdicts[i]};
    }
  };
  struct Place {
    const Group* group;
    std::size_t index;

    [[nodiscard]] Decision decision() const { return (*group)[index]; }
  };
  using Batch = std::span<const Place>;
  void apply(Batch batch, PruneLines& lines, std::vector<base::Error>& failures) const;

  StoreUrl url_;
  std::unique_ptr<store::Store> store_;
  store::Backups backups_;
  std::vector<Group> groups_;
};

/// Throws: base::Error (usage) for a backup that two of the templates name: what one of them keeps
/// the other might delete.
void require_disjoint(const std::vector<Plan>& plans);

}  // namespace sluice
