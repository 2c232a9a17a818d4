#include "retention/period.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace sluice::retention {

namespace {

std::string iso_week(const base::Civil& moment) {
  using namespace std::chrono;
  const sys_days date =
      year_month_day(year(moment.year), month(static_cast<unsigned>(moment.month)),
                     day(static_cast<unsigned>(moment.day)));
  const int monday_is_1 = static_cast<int>(weekday(date).iso_encoding());
  const sys_days thursday = date + days(4 - monday_is_1);
  const year_month_day owner(thursday);
  const auto first = sys_days(owner.year() / January / 1);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-W%02d", static_cast<int>(owner.year()),
                static_cast<int>((thursday - first).count() / 7 + 1));
  return text.data();
}

}  // namespace

std::string label(Period period, const base::Civil& moment) {
  if (period == Period::week) return iso_week(moment);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d", moment.year, moment.month,
                moment.day, moment.hour);
  const std::string hour = text.data();
  switch (period) {
    case Period::hour: return hour;
    case Period::day: return hour.substr(0, hour.size() - 3);
    case Period::month: return hour.substr(0, hour.size() - 6);
    default: return hour.substr(0, hour.size() - 9);
  }
}

}  // namespace sluice::retention
