#pragma once
// How many backups of a group one run may delete: more looks like a mistake. Plain value.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::retention {

class Limit {
 public:
  /// Half of the group or 10, whichever is more.
  Limit() = default;
  /// `25` or `30%`; nullopt for all else.
  [[nodiscard]] static std::optional<Limit> parse(std::string_view text);

  /// In a group of that many. A percentage is rounded down.
  [[nodiscard]] std::size_t of(std::size_t group) const;

 private:
  enum class Kind { standard, count, percent };
  Limit(Kind kind, std::size_t value) : kind_(kind), value_(value) {}

  Kind kind_ = Kind::standard;
  std::size_t value_ = 0;
};

}  // namespace sluice::retention
