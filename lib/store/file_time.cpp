#include "store/file_time.hpp"

#include "base/text.hpp"

namespace sluice::store {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::size_t kDigits = 9;

}  // namespace

std::string to_decimal(FileTime time) {
  const std::int64_t count = time.time_since_epoch().count();
  const std::string sign = count < 0 ? "-" : "";
  const std::uint64_t size = count < 0 ? -static_cast<std::uint64_t>(count) : count;
  std::string fraction = std::to_string(size % kSecond);
  fraction.insert(0, kDigits - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return sign + std::to_string(size / kSecond) + (fraction.empty() ? "" : ".") + fraction;
}

std::optional<FileTime> from_decimal(const std::string& text) {
  const bool negative = text.starts_with('-');
  const std::size_t point = text.find('.');
  const auto seconds =
      base::parse_number(text.substr(negative ? 1 : 0, point - (negative ? 1 : 0)));
  std::string fraction = point == std::string::npos ? "" : text.substr(point + 1);
  fraction.resize(kDigits, '0');
  const auto nanoseconds = base::parse_number(fraction);
  if (!seconds || !nanoseconds || *seconds > INT64_MAX / kSecond - 1) return std::nullopt;
  const auto count = static_cast<std::int64_t>(*seconds * kSecond + *nanoseconds);
  return FileTime(std::chrono::nanoseconds(negative ? -count : count));
}

}  // namespace sluice::store
