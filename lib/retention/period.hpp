#pragma once
// The periods of the calendar that backups are kept for. Pure functions.

#include <string>

#include "base/time.hpp"

namespace sluice::retention {

enum class Period { hour, day, week, month, year };

/// Which one it is, the same for all moments of it: `2026-11-20T14`, `2026-11-20`, `2026-W47`,
/// `2026-11`, `2026`. Weeks are those of ISO 8601: week 1 holds the year's first Thursday.
[[nodiscard]] std::string label(Period period, const base::Civil& moment);

}  // namespace sluice::retention
