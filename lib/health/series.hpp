#pragma once
// The backups of one group in the order of their times, and what follows from that order alone.

#include <chrono>
#include <string>
#include <vector>

#include "health/facts.hpp"

namespace sluice::health {

struct Series {
  std::string group;
  std::vector<Backup> backups;  ///< oldest first; never empty

  [[nodiscard]] const Backup& newest() const { return backups.back(); }
};

/// A series for each group, by name. Those backups are left out whose URL begins with one of
/// `copies`: they are not where backups are made.
[[nodiscard]] std::vector<Series> originals(const Facts& facts,
                                            const std::vector<std::string>& copies);

/// A series for each group of the backups whose URL begins with `copy`.
[[nodiscard]] std::vector<Series> copies_at(const Facts& facts, const std::string& copy);

/// nullptr where there is none.
[[nodiscard]] const Series* find_group(const std::vector<Series>& all, const std::string& group);

/// How long the oldest backup that is newer than everything in `copy` (nullptr: nothing is there)
/// has been waiting; 0 when the newest is there. A copy is known by its file name and size,
/// or under another name by its time.
[[nodiscard]] std::chrono::seconds replication_lag(const Series& series, const Series* copy,
                                                   base::Time now);

/// Two neighbours in the schedule that are too far from each other.
struct Gap {
  base::Time after{};
  base::Time before{};
};

/// Gaps of which more than one and a half `every` lies after `since`: a delayed backup is not a
/// missing one, and what is older may have been thinned out by a retention policy.
[[nodiscard]] std::vector<Gap> gaps(const Series& series, std::chrono::seconds every,
                                    base::Time since);

/// The middle one, of an even number the mean of the two in the middle. `values` is not empty.
[[nodiscard]] double median(std::vector<double> values);

}  // namespace sluice::health
