#pragma once
// Text: the few things the standard library lacks, and the units that people type and read.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::base {

[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string lower(std::string_view text);

/// Replaces control characters and bytes that are not UTF-8 by \xNN, so that a string from a
/// server or a file name can stand in a message on a terminal.
[[nodiscard]] std::string printable(std::string_view text);

/// Lower-case hexadecimal, two digits a byte.
[[nodiscard]] std::string hex(std::string_view bytes);

/// A JSON string with its quotes (RFC 8259 §7); bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_quote(std::string_view text);

/// A whole decimal number, nothing before or after it; nullopt for all else and for overflow.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

/// The same with an optional minus sign.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// `512`, `64K`, `1M`, `2G`, `5T`: bytes in powers of 1024.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

/// So long that nobody means it, and so short that the clocks can add it to now.
inline constexpr std::chrono::seconds kLongestDuration{100'000 * 86'400LL};

/// `90s`, `5m`, `26h`, `7d`, `2w`; the unit is required, and kLongestDuration the most.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

/// The other way, in the largest unit up to days that gives a whole number.
[[nodiscard]] std::string duration_text(std::chrono::seconds duration);

/// For people: `0 B`, `1.5 KiB`, `2.0 GiB`.
[[nodiscard]] std::string human_size(std::uint64_t bytes);

/// For people, in the largest unit that has two of itself, rounded down: `90s`, `5m`, `26h`, `7d`.
[[nodiscard]] std::string human_duration(std::chrono::seconds duration);

}  // namespace sluice::base
