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
};

/// Throws: base::Error (usage).
[[nodiscard]] PruneRules rules_from(const cli::Args& args);

/// --tz: "UTC", "local" or a zone that this system knows. Throws: base::Error (usage).
[[nodiscard]] std::optional<std::string> zone_from(const cli::Args& args);

/// The calendar of that zone (default UTC). It becomes the zone of the whole process, so names
/// with {local} must have been read before.
[[nodiscard]] retention::Calendar enter_zone(const std::optional<std::string>& zone);

}  // namespace sluice
