#pragma once
// What the options of s3prune say about keeping.

#include <optional>
#include <string>

#include "cli/options.hpp"
#include "retention/limit.hpp"
#include "retention/survey.hpp"
#include "store/backups.hpp"

namespace sluice {

struct PruneRules {
  retention::Policy policy = {};
  store::Wholeness wholeness = {};
  retention::Limit limit = {};
  /// Where days begin: "UTC", "local" or a zone that this system knows; UTC without one.
  std::optional<std::string> zone = {};
};

/// Throws: base::Error (usage).
[[nodiscard]] PruneRules rules_from(const cli::Args& args);

/// Whether the zone of the process has to stay what it is, because names with {local} are read.
enum class OwnZone { may_change, stays };

/// The calendar of that zone (default UTC). Where its own zone stays, a process of one thread is
/// in the other one for each call, which costs some microseconds.
[[nodiscard]] retention::Calendar calendar_of(const std::optional<std::string>& zone,
                                              OwnZone own_zone);

}  // namespace sluice
