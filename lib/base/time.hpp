#pragma once
// Points in time as backups need them: whole seconds since 1970-01-01 UTC.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::base {

using Time = std::chrono::sys_seconds;

[[nodiscard]] Time now();

/// RFC 3339 in UTC, to the second: `2023-10-05T12:00:00Z`.
[[nodiscard]] std::string rfc3339(Time time);

/// `time` by strftime(3) in UTC, or in the zone of the environment variable TZ.
[[nodiscard]] std::string format_utc(Time time, const std::string& format);
[[nodiscard]] std::string format_local(Time time, const std::string& format);

/// The broken-down fields of a time. month 1..12, day 1..31; the others from 0.
struct Civil {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

/// nullopt when the fields name no real moment (30 February, 25 o'clock).
[[nodiscard]] std::optional<Time> from_utc(const Civil& civil);
[[nodiscard]] std::optional<Time> from_local(const Civil& civil);
/// The other way.
[[nodiscard]] Civil to_utc(Time time);
[[nodiscard]] Civil to_local(Time time);

/// RFC 3339 (`2023-10-05T12:00:00Z`, `…+02:00`, fractions are dropped), or without an offset
/// (`2023-10-05`, `2023-10-05 12:00`, `2023-10-05T12:00:00`), then taken as local time.
[[nodiscard]] std::optional<Time> parse_time(std::string_view text);

}  // namespace sluice::base
