#include "crypt/bech32.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace sluice::crypt {

namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kChecksumSize = 6;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
char lowered(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// The checksum of BIP 173, fed with one 5-bit group at a time.
class Checksum {
 public:
  explicit Checksum(std::string_view prefix) {
    for (const char c : prefix) feed(static_cast<unsigned>(lowered(c)) >> 5);
    feed(0);
    for (const char c : prefix) feed(static_cast<unsigned>(lowered(c)) & 31);
  }
  void feed(unsigned group) {
    constexpr std::array<std::uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                      0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = sum_ >> 25;
    sum_ = (sum_ & 0x1ffffff) << 5 ^ group;
    for (unsigned i = 0; i < kGenerator.size(); ++i) {
      if ((top >> i & 1) != 0) sum_ ^= kGenerator.at(i);
    }
  }
  [[nodiscard]] std::uint32_t sum() const { return sum_; }

 private:
  std::uint32_t sum_ = 1;
};

}  // namespace

std::string_view bech32_prefix(std::string_view text) {
  const std::size_t separator = text.rfind('1');
  return separator == std::string_view::npos ? std::string_view() : text.substr(0, separator);
}

std::optional<Secret> bech32_decode(std::string_view prefix, std::string_view text) {
  if (std::any_of(text.begin(), text.end(), is_upper) &&
      std::any_of(text.begin(), text.end(), is_lower)) {
    return std::nullopt;
  }
  if (base::lower(bech32_prefix(text)) != base::lower(prefix)) return std::nullopt;
  const std::string_view groups = text.substr(prefix.size() + 1);
  if (groups.size() < kChecksumSize) return std::nullopt;
  const std::size_t data_groups = groups.size() - kChecksumSize;
  Checksum checksum(prefix);
  Secret data(data_groups * 5 / 8);
  std::size_t filled = 0;
  unsigned bits = 0;
  unsigned bit_count = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::size_t group = kAlphabet.find(lowered(groups[i]));
    if (group == std::string_view::npos) return std::nullopt;
    checksum.feed(static_cast<unsigned>(group));
    if (i >= data_groups) continue;
    bits = (bits << 5 | static_cast<unsigned>(group)) & 0xfff;
    bit_count += 5;
    if (bit_count < 8) continue;
    bit_count -= 8;
    data.space()[filled++] = static_cast<std::uint8_t>(bits >> bit_count);
  }
  const bool padding_is_zero = bit_count < 5 && (bits & ((1U << bit_count) - 1)) == 0;
  if (checksum.sum() != 1 || !padding_is_zero) return std::nullopt;
  return data;
}

Secret bech32_encode(std::string_view prefix, base::Bytes data) {
  const bool upper = std::any_of(prefix.begin(), prefix.end(), is_upper);
  const std::size_t data_groups = (data.size() * 8 + 4) / 5;
  Secret text(prefix.size() + 1 + data_groups + kChecksumSize);
  std::size_t filled = 0;
  const auto put = [&](char c) {
    text.space()[filled++] = static_cast<std::uint8_t>(upper && is_lower(c) ? c - 'a' + 'A' : c);
  };
  for (const char c : prefix) put(c);
  put('1');
  Checksum checksum(prefix);
  for (std::size_t i = 0; i < data_groups; ++i) {
    unsigned group = 0;
    for (std::size_t bit = 5 * i; bit < 5 * i + 5; ++bit) {
      const unsigned byte = bit / 8 < data.size() ? data[bit / 8] : 0;
      group = group << 1 | (byte >> (7 - bit % 8) & 1);
    }
    checksum.feed(group);
    put(kAlphabet[group]);
  }
  for (std::size_t i = 0; i < kChecksumSize; ++i) checksum.feed(0);
  const std::uint32_t sum = checksum.sum() ^ 1;
  for (std::size_t i = 0; i < kChecksumSize; ++i) put(kAlphabet[sum >> 5 * (5 - i) & 31]);
  return text;
}

}  // namespace sluice::crypt
