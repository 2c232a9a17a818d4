#pragma once
// One HTML file that shows the state of all backups: self-contained, no script, no request to
// anywhere, readable on a phone, in the light and in the dark. Pure.

#include <string>

#include "health/verdict.hpp"

namespace sluice::health {

struct PageWords {
  std::string title;
  /// {url} and {group} stand for the newest backup, quoted for a shell where they have to be;
  /// "": made up from the names.
  std::string restore = {};
};

[[nodiscard]] std::string page(const PageWords& words, const Verdict& verdict, const Facts& facts,
                               const std::vector<RunRecord>& history, const Limits& limits,
                               base::Time now);

/// The pipeline that restores `backup`, as far as its name tells how it was made.
[[nodiscard]] std::string restore_command(const Backup& backup);

}  // namespace sluice::health
