#include "base/time.hpp"

#include <array>
#include <cstdio>
#include <ctime>

#include "base/text.hpp"

namespace sluice::base {

Time now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

namespace {

std::string format_fields(const std::tm& fields, const std::string& format) {
  if (format.empty()) return {};
  std::string text(256, '\0');
  // A trailing mark tells an empty result from a buffer that is too small.
  const std::string marked = format + "|";
  std::size_t length = 0;
  while ((length = std::strftime(text.data(), text.size(), marked.c_str(), &fields)) == 0) {
    text.resize(2 * text.size());
  }
  text.resize(length - 1);
  return text;
}

bool in_range(const Civil& civil) {
  const std::chrono::year_month_day date{std::chrono::year(civil.year),
                                         std::chrono::month(static_cast<unsigned>(civil.month)),
                                         std::chrono::day(static_cast<unsigned>(civil.day))};
  return date.ok() && civil.hour >= 0 && civil.hour < 24 && civil.minute >= 0 &&
         civil.minute < 60 && civil.second >= 0 && civil.second < 60;
}

std::tm fields_of(const Civil& civil) {
  std::tm fields{};
  fields.tm_year = civil.year - 1900;
  fields.tm_mon = civil.month - 1;
  fields.tm_mday = civil.day;
  fields.tm_hour = civil.hour;
  fields.tm_min = civil.minute;
  fields.tm_sec = civil.second;
  fields.tm_isdst = -1;
  return fields;
}

Civil civil_of(const std::tm& fields) {
  return {fields.tm_year + 1900, fields.tm_mon + 1, fields.tm_mday,
          fields.tm_hour,        fields.tm_min,     fields.tm_sec};
}

std::tm utc_fields(Time time) {
  const std::time_t seconds = time.time_since_epoch().count();
  std::tm fields{};
  gmtime_r(&seconds, &fields);
  return fields;
}

std::tm local_fields(Time time) {
  const std::time_t seconds = time.time_since_epoch().count();
  std::tm fields{};
  localtime_r(&seconds, &fields);
  return fields;
}

Time to_time(std::time_t seconds) { return Time(std::chrono::seconds(seconds)); }

}  // namespace

std::string rfc3339(Time time) { return format_utc(time, "%Y-%m-%dT%H:%M:%SZ"); }

std::string format_utc(Time time, const std::string& format) {
  return format_fields(utc_fields(time), format);
}

std::string format_local(Time time, const std::string& format) {
  return format_fields(local_fields(time), format);
}

Civil to_utc(Time time) { return civil_of(utc_fields(time)); }

Civil to_local(Time time) { return civil_of(local_fields(time)); }

std::optional<Time> from_utc(const Civil& civil) {
  if (!in_range(civil)) return std::nullopt;
  std::tm fields = fields_of(civil);
  return to_time(timegm(&fields));
}

std::optional<Time> from_local(const Civil& civil) {
  if (!in_range(civil)) return std::nullopt;
  std::tm fields = fields_of(civil);
  return to_time(std::mktime(&fields));
}

namespace {

// Takes `count` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  const auto value = parse_number(text.substr(0, count));
  if (!value) return std::nullopt;
  text.remove_prefix(count);
  return static_cast<int>(*value);
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// "hh:mm" or "hh:mm:ss", the seconds with an optional fraction.
bool take_clock(std::string_view& text, Civil& civil) {
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return false;
  const auto minute = take_digits(text, 2);
  if (!minute) return false;
  civil.hour = *hour;
  civil.minute = *minute;
  if (!take(text, ':')) return true;
  const auto second = take_digits(text, 2);
  if (!second) return false;
  civil.second = *second;
  if (take(text, '.')) {
    if (!take_digits(text, 1)) return false;
    while (take_digits(text, 1)) continue;
  }
  return true;
}

// "Z" or "+hh:mm"; what is left of the text decides whether it was one.
std::optional<std::chrono::seconds> take_offset(std::string_view& text) {
  if (take(text, 'Z')) return std::chrono::seconds(0);
  const int sign = take(text, '+') ? 1 : take(text, '-') ? -1 : 0;
  if (sign == 0) return std::nullopt;
  const auto hours = take_digits(text, 2);
  take(text, ':');
  const auto minutes = take_digits(text, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return std::chrono::seconds(sign * (*hours * 3600 + *minutes * 60));
}

}  // namespace

std::optional<Time> parse_time(std::string_view text) {
  Civil civil;
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  civil.year = *year;
  civil.month = *month;
  civil.day = *day;
  if (text.empty()) return from_local(civil);
  if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
  if (!take_clock(text, civil)) return std::nullopt;
  if (text.empty()) return from_local(civil);
  const auto offset = take_offset(text);
  const auto time = from_utc(civil);
  if (!offset || !time || !text.empty()) return std::nullopt;
  return *time - *offset;
}

}  // namespace sluice::base
