#pragma once
// The pieces of the page: text made safe, a calendar, charts.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "health/series.hpp"

namespace sluice::health {

/// Text for HTML, attributes included.
[[nodiscard]] std::string html(std::string_view text);

/// What a day of the calendar shows, in days since 1970-01-01 UTC.
struct Days {
  std::set<int> kept;     ///< a backup is there
  std::set<int> doomed;   ///< there is none but such as will be deleted next
  std::set<int> missing;  ///< the schedule has a gap
  std::set<int> failed;   ///< a run failed
};

[[nodiscard]] int day_of(base::Time time);

/// The half-years from the first day, but of no more than ten years, to `today`, a column a week,
/// as inline SVG.
[[nodiscard]] std::string calendar(const Days& days, int today);

struct Point {
  base::Time time{};
  double value = 0;
  bool bad = false;
};

/// A line over time from 0 to the largest value, as inline SVG; bad points are marked.
/// `label` says for those who cannot see it what it shows.
[[nodiscard]] std::string line_chart(const std::vector<Point>& points, const std::string& label);

}  // namespace sluice::health
