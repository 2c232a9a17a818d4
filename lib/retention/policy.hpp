#pragma once
// What a user wants kept. Plain value.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sluice::retention {

/// A backup is kept when any rule keeps it; a rule that is 0 or absent keeps nothing. The counted
/// rules are those of restic's forget: the newest backup of each of the N newest periods that
/// have one; periods without a backup are not counted.
struct Policy {
  std::size_t last = 0;
  std::size_t hourly = 0;
  std::size_t daily = 0;
  std::size_t weekly = 0;  ///< ISO 8601 weeks
  std::size_t monthly = 0;
  std::size_t yearly = 0;
  /// Everything younger than that, measured from the newest backup.
  std::optional<std::chrono::seconds> within = {};
  /// Globs (base/glob.hpp) on the backup's name.
  std::vector<std::string> match = {};

  /// It would keep nothing but the newest.
  [[nodiscard]] bool empty() const {
    return last + hourly + daily + weekly + monthly + yearly == 0 && !within && match.empty();
  }
};

}  // namespace sluice::retention
