#pragma once
// strftime(3) in both directions, for the conversions that can be read back without doubt:
// %Y %y %m %d %j %H %M %S %s %b %B %G %V %u %F %T %R %%. Plain value.

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace sluice::store {

enum class Zone { utc, local };

/// What the time fields of one name say together.
class TimeFacts {
 public:
  /// False when `value` contradicts what another field said of the same `conversion`.
  bool add(char conversion, int value);
  void set_epoch(base::Time time) { epoch_ = time; }
  [[nodiscard]] std::size_t count() const;
  /// nullopt when they name no real moment.
  [[nodiscard]] std::optional<base::Time> time(Zone zone) const;

 private:
  [[nodiscard]] int get(char conversion, int fallback) const;

  static constexpr std::string_view kConversions = "YymdjHMSGVu";
  std::optional<int> values_[kConversions.size()];
  std::optional<base::Time> epoch_;
};

class TimeFormat {
 public:
  /// Throws: base::Error (usage) for a conversion that is not in the list.
  TimeFormat(Zone zone, const std::string& format);

  [[nodiscard]] Zone zone() const { return zone_; }
  /// Without a year there is no telling which time is meant.
  [[nodiscard]] bool has_year() const { return has_year_; }
  [[nodiscard]] std::string write(base::Time time) const;
  /// Reads a time off the front of `text`, which loses what was read. False when there is none.
  bool read(std::string_view& text, TimeFacts& facts) const;

 private:
  Zone zone_;
  std::string format_;
  bool has_year_ = false;
};

}  // namespace sluice::store
