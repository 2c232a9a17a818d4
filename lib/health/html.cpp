#include "health/html.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.hpp"

namespace sluice::health {

namespace {

using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::weekday;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr int kCell = 11;  // a day, with the space after it
constexpr int kTop = 14;   // room for the names of the months
constexpr int kMostDays = 3650;

sys_days date(int day) { return sys_days(std::chrono::days(day)); }

// Monday is 0.
int row_of(int day) { return static_cast<int>(weekday(date(day)).iso_encoding()) - 1; }

std::string square(int column, int row) {
  return "M" + std::to_string(column * kCell) + " " + std::to_string(kTop + row * kCell) +
         "h9v9h-9z";
}

std::string path(const char* kind, const std::string& data) {
  return data.empty() ? "" : std::string("<path class=") + kind + " d=\"" + data + "\"/>";
}

int first_of_half(int day) {
  const year_month_day civil(date(day));
  const month first(static_cast<unsigned>(civil.month()) <= 6 ? 1 : 7);
  return static_cast<int>(sys_days(civil.year() / first / 1).time_since_epoch().count());
}

std::string half_year(const Days& all, int first, int last, int today) {
  std::string none;
  std::string kept;
  std::string doomed;
  std::string missing;
  std::string failed;
  std::string months;
  const int monday = first - row_of(first);
  for (int day = first; day <= last; ++day) {
    const int column = (day - monday) / 7;
    const year_month_day civil(date(day));
    if (civil.day() == std::chrono::day(1)) {
      months += "<text x=\"" + std::to_string(column * kCell) + "\" y=\"10\">" +
                base::format_utc(base::Time(date(day)), "%b") + "</text>";
    }
    if (day > today) continue;
    std::string& cells = all.kept.contains(day)      ? kept
                         : all.doomed.contains(day)  ? doomed
                         : all.missing.contains(day) ? missing
                                                     : none;
    cells += square(column, row_of(day));
    if (all.failed.contains(day)) {
      failed += "M" + std::to_string(column * kCell + 1) + " " +
                std::to_string(kTop + row_of(day) * kCell + 1) + "l7 7m0-7l-7 7";
    }
  }
  const std::string name = std::to_string(static_cast<int>(year_month_day(date(first)).year()));
  return "<figure><figcaption>" + name +
         "</figcaption><svg viewBox=\"0 0 297 92\" role=img "
         "aria-label=\"Days with a backup in " +
         name + "\">" + months + path("n", none) + path("k", kept) + path("d", doomed) +
         path("g", missing) + path("f", failed) + "</svg></figure>";
}

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

}  // namespace

std::string html(std::string_view text) {
  std::string safe;
  for (const char each : base::printable(text)) {
    switch (each) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default: safe += each;
    }
  }
  return safe;
}

int day_of(base::Time time) {
  return static_cast<int>(std::chrono::floor<std::chrono::days>(time).time_since_epoch().count());
}

std::string calendar(const Days& all, int today) {
  int first = today;
  for (const std::set<int>* each : {&all.kept, &all.doomed, &all.failed}) {
    if (!each->empty()) first = std::min(first, *each->begin());
  }
  first = std::max(first, today - kMostDays);
  std::string text;
  for (int half = first_of_half(first); half <= today;) {
    const int next = first_of_half(half + 190);
    text = half_year(all, half, next - 1, today) + text;
    half = next;
  }
  return "<div class=calendar>" + text + "</div>";
}

std::string line_chart(const std::vector<Point>& points, const std::string& label) {
  if (points.size() < 2) return {};
  const auto begin = static_cast<double>(points.front().time.time_since_epoch().count());
  const auto end = static_cast<double>(points.back().time.time_since_epoch().count());
  double most = 0;
  for (const Point& point : points) most = std::max(most, point.value);
  std::string line;
  std::string bad;
  for (const Point& point : points) {
    const auto time = static_cast<double>(point.time.time_since_epoch().count());
    const std::string x = number(end > begin ? (time - begin) / (end - begin) * 600 : 0);
    const std::string y = number(most > 0 ? 98 - point.value / most * 94 : 98);
    if (point.bad) {
      bad += "M" + x + " 0v100";
    } else {
      line += (line.empty() ? "M" : "L") + x + " " + y;
    }
  }
  return "<svg class=chart viewBox=\"0 0 600 100\" preserveAspectRatio=none role=img "
         "aria-label=\"" +
         html(label) + "\">" + path("f", bad) + path("l", line) + "</svg><p class=axis><span>" +
         base::format_utc(points.front().time, "%F") + "</span><span>" +
         base::format_utc(points.back().time, "%F") + "</span></p>";
}

}  // namespace sluice::health
