#include "retention/limit.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sluice::retention {

namespace {

constexpr std::size_t kAlwaysAllowed = 10;

}  // namespace

std::optional<Limit> Limit::parse(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  const auto value = base::parse_number(text);
  if (!value || (percent && *value > 100)) return std::nullopt;
  return Limit(percent ? Kind::percent : Kind::count, *value);
}

std::size_t Limit::of(std::size_t group) const {
  switch (kind_) {
    case Kind::count: return value_;
    case Kind::percent: return group * value_ / 100;
    default: return std::max(group / 2, kAlwaysAllowed);
  }
}

}  // namespace sluice::retention
