#pragma once
// What s3prune does to the backups of all its templates, side by side: a fail-safe of one of them
// keeps the others from deleting, too.

#include <deque>
#include <string>
#include <vector>

#include "s3prune_plan.hpp"

namespace sluice {

class Plans {
 public:
  /// The rules outlive it. Throws: base::Error (usage, config).
  Plans(const std::vector<std::string>& urls, const s3::Settings& server, const PruneRules& rules);

  using Each = std::function<void(const store::Location&, const Decision&)>;
  /// Looks at all backups, then tells `each` what becomes of every one. Throws: base::Error.
  void make(cli::Log& log, const Each& each);
  /// Throws: base::Error (no) when more of a group would go than the limit allows.
  void require_limit() const;
  /// Deletes, and prints what is gone. Throws: base::Error when something that should go is left.
  void carry_out(PruneLines& lines, cli::Log& log);

 private:
  [[nodiscard]] OwnZone own_zone() const;

  std::deque<Plan> plans_;
  retention::Terms terms_;
};

}  // namespace sluice
