#include "store/time_format.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sluice::store {

using base::Error;
using base::Exit;

namespace {

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};

// The composed conversions in terms of the simple ones, and "compact" as a word.
std::string expanded(const std::string& format) {
  if (format == "compact") return "%Y%m%d_%H%M%S";
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
      continue;
    }
    switch (format[++i]) {
      case 'F': out += "%Y-%m-%d"; break;
      case 'T': out += "%H:%M:%S"; break;
      case 'R': out += "%H:%M"; break;
      default: out += {'%', format[i]}; break;
    }
  }
  return out;
}

std::size_t digits_of(char conversion) {
  switch (conversion) {
    case 'Y':
    case 'G': return 4;
    case 'j': return 3;
    case 'u': return 1;
    default: return 2;
  }
}

bool read_number(std::string_view& text, std::size_t digits, std::int64_t& value) {
  const auto number = base::parse_number(text.substr(0, digits));
  if (text.size() < digits || !number || *number > 1ULL << 40) return false;
  value = static_cast<std::int64_t>(*number);
  text.remove_prefix(digits);
  return true;
}

bool read_month(std::string_view& text, bool abbreviated, int& month) {
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    const std::string_view name = abbreviated ? kMonths.at(i).substr(0, 3) : kMonths.at(i);
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    month = static_cast<int>(i) + 1;
    return true;
  }
  return false;
}

// The Monday of the first week of ISO year `year`: the week that holds 4 January.
std::chrono::sys_days first_monday(int year) {
  using namespace std::chrono;
  const sys_days fourth = std::chrono::year(year) / January / 4;
  return fourth - days(weekday(fourth).iso_encoding() - 1);
}

}  // namespace

bool TimeFacts::add(char conversion, int value) {
  auto& slot = values_[kConversions.find(conversion)];
  if (slot && *slot != value) return false;
  slot = value;
  return true;
}

int TimeFacts::get(char conversion, int fallback) const {
  return values_[kConversions.find(conversion)].value_or(fallback);
}

std::size_t TimeFacts::count() const {
  return static_cast<std::size_t>(
             std::count_if(std::begin(values_), std::end(values_),
                           [](const auto& value) { return value.has_value(); })) +
         (epoch_ ? kConversions.size() : 0);
}

std::optional<base::Time> TimeFacts::time(Zone zone) const {
  if (epoch_) return epoch_;
  base::Civil civil;
  // As strptime(3) and POSIX have it: 69 to 99 is the last century.
  const int short_year = get('y', 70);
  civil.year = get('Y', short_year + (short_year < 69 ? 2000 : 1900));
  civil.month = get('m', 1);
  civil.day = get('d', 1);
  using namespace std::chrono;
  std::optional<sys_days> day;
  if (const int of_year = get('j', 0); of_year > 0) {
    day = sys_days(year(civil.year) / January / 1) + days(of_year - 1);
  } else if (const int iso_year = get('G', 0); iso_year > 0) {
    day = first_monday(iso_year) + days(7 * (get('V', 1) - 1) + get('u', 1) - 1);
  }
  if (day) {
    const year_month_day date(*day);
    civil.year = static_cast<int>(date.year());
    civil.month = static_cast<int>(static_cast<unsigned>(date.month()));
    civil.day = static_cast<int>(static_cast<unsigned>(date.day()));
  }
  civil.hour = get('H', 0);
  civil.minute = get('M', 0);
  civil.second = get('S', 0);
  return zone == Zone::utc ? base::from_utc(civil) : base::from_local(civil);
}

TimeFormat::TimeFormat(Zone zone, const std::string& format)
    : zone_(zone), format_(expanded(format)) {
  for (std::size_t i = 0; i < format_.size(); ++i) {
    if (format_[i] != '%') continue;
    const char conversion = ++i < format_.size() ? format_[i] : '\0';
    if (conversion == '\0' ||
        std::string_view("YymdjHMSsbBGVu%").find(conversion) == std::string_view::npos) {
      throw Error(Exit::usage,
                  "%" + base::printable(std::string(1, conversion)) +
                      ": a name with it cannot be read back",
                  "of strftime's conversions these can: YymdjHMSsbBGVuFTR");
    }
    has_year_ = has_year_ || std::string_view("YyGs").find(conversion) != std::string_view::npos;
  }
}

std::string TimeFormat::write(base::Time time) const {
  // strftime's own %s takes the fields for local time, whatever they are.
  std::string format;
  for (std::size_t i = 0; i < format_.size(); ++i) {
    const bool epoch = format_.compare(i, 2, "%s") == 0;
    const std::size_t length = format_[i] == '%' ? 2 : 1;
    format += epoch ? std::to_string(time.time_since_epoch().count()) : format_.substr(i, length);
    i += length - 1;
  }
  return zone_ == Zone::utc ? base::format_utc(time, format) : base::format_local(time, format);
}

bool TimeFormat::read(std::string_view& text, TimeFacts& facts) const {
  for (std::size_t i = 0; i < format_.size(); ++i) {
    const bool literal = format_[i] != '%' || format_[i + 1] == '%';
    const char conversion = literal ? '\0' : format_[i + 1];
    if (format_[i] == '%') ++i;
    std::int64_t value = 0;
    int month = 0;
    if (literal) {
      if (!text.starts_with(format_[i])) return false;
      text.remove_prefix(1);
    } else if (conversion == 's') {
      const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
      if (!read_number(text, digits, value)) return false;
      facts.set_epoch(base::Time(std::chrono::seconds(value)));
    } else if (conversion == 'b' || conversion == 'B') {
      if (!read_month(text, conversion == 'b', month) || !facts.add('m', month)) return false;
    } else if (!read_number(text, digits_of(conversion), value) ||
               !facts.add(conversion, static_cast<int>(value))) {
      return false;
    }
  }
  return true;
}

}  // namespace sluice::store
