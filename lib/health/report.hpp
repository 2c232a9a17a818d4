#pragma once
// A verdict in words: the line that monitoring plugins print, a line a finding, or JSON.

#include <string>

#include "health/verdict.hpp"

namespace sluice::health {

/// "OK", "WARNING", "CRITICAL".
[[nodiscard]] std::string_view severity_name(Severity severity);

/// "OK - newest appdb 3h old, 1.2 GiB" or "CRITICAL - dump: appdb: …", without a newline.
[[nodiscard]] std::string summary(const Verdict& verdict, const Facts& facts, const Limits& limits,
                                  base::Time now);

/// What follows the summary and " | ": "age=10800s;;93600 size=1288490188B". With several groups
/// each label begins with the group's name. (Monitoring Plugins Development Guidelines, §Perfdata.)
[[nodiscard]] std::string performance(const Facts& facts, const Limits& limits, base::Time now);

/// "dump: appdb: the newest backup is …", without a newline.
[[nodiscard]] std::string finding_line(const Finding& finding);

/// One object, with its newline.
[[nodiscard]] std::string verdict_json(const Verdict& verdict, const Facts& facts,
                                       const Limits& limits, base::Time now);

}  // namespace sluice::health
