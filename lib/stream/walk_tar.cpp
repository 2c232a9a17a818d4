#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "stream/end_mark.hpp"

namespace sluice::stream {

using base::Bytes;

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kMostRecords = 1 << 20;
using Header = std::array<std::uint8_t, kBlock>;

// Octal text, or with the top bit set a big-endian number (GNU's form for 8 GiB and more).
std::uint64_t number(Bytes field) {
  std::uint64_t value = 0;
  if ((field[0] & 0x80) != 0) {
    value = field[0] & 0x7f;
    for (const std::uint8_t byte : field.subspan(1)) value = value << 8 | byte;
    return value;
  }
  for (const std::uint8_t byte : field) {
    if (byte >= '0' && byte <= '7') value = value * 8 + (byte - '0');
  }
  return value;
}

bool checksum_fits(const Header& header) {
  constexpr std::size_t kFrom = 148;
  constexpr std::size_t kTo = 156;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) sum += i >= kFrom && i < kTo ? ' ' : header.at(i);
  return sum == number(Bytes(header).subspan(kFrom, kTo - kFrom));
}

class TarWalker : public Walker {
 public:
  void feed(Bytes bytes) override {
    while (!bytes.empty() && !ended_ && !damaged_) {
      if (skip_ > 0 && !more_map_) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
        keep_records(bytes.first(count));
        skip_ -= count;
        bytes = bytes.subspan(count);
        continue;
      }
      const std::size_t count = std::min(bytes.size(), kBlock - filled_);
      std::copy_n(bytes.begin(), count, header_.begin() + filled_);
      filled_ += count;
      bytes = bytes.subspan(count);
      if (filled_ == kBlock) more_map_ ? take_map_block() : take_header();
    }
  }

  [[nodiscard]] Judgement judge() const override {
    if (ended_) return {Mark::whole, "tar archive", {}};
    return {Mark::cut, "tar archive",
            damaged_ ? "a header is damaged" : "the two end blocks are missing"};
  }

 private:
  void take_header() {
    filled_ = 0;
    if (std::all_of(header_.begin(), header_.end(), [](std::uint8_t byte) { return byte == 0; })) {
      ended_ = ++zero_blocks_ == 2;
      return;
    }
    zero_blocks_ = 0;
    damaged_ = !checksum_fits(header_);
    const std::uint64_t size = number(Bytes(header_).subspan(124, 12));
    const std::uint8_t type = header_.at(156);
    if (type == 'x') {  // pax: about the member that follows
      records_.clear();
      records_left_ = std::min(size, kMostRecords);
      skip(size);
    } else if (type == 'g' || type == 'L' || type == 'K') {  // a default, a long name
      skip(size);
    } else {
      skip(size_in(records_).value_or(size));
      records_.clear();
      more_map_ = type == 'S' && header_.at(482) != 0;
    }
  }

  // Of GNU's sparse files, whose maps go on in blocks between header and data.
  void take_map_block() {
    filled_ = 0;
    more_map_ = header_.at(504) != 0;
  }

  void skip(std::uint64_t size) { skip_ = (size + kBlock - 1) / kBlock * kBlock; }

  void keep_records(Bytes bytes) {
    const Bytes some =
        bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(records_left_, bytes.size())));
    records_ += base::as_text(some);
    records_left_ -= some.size();
  }

  // Of "LENGTH size=NUMBER\n" among pax records (POSIX, pax, "pax Extended Header").
  static std::optional<std::uint64_t> size_in(std::string_view records) {
    while (!records.empty()) {
      const auto length = base::parse_number(records.substr(0, records.find(' ')));
      if (!length || *length == 0 || *length > records.size()) return std::nullopt;
      std::string_view record = records.substr(0, static_cast<std::size_t>(*length));
      records.remove_prefix(record.size());
      record.remove_prefix(record.find(' ') + 1);
      if (record.starts_with("size=")) return base::parse_number(base::trim(record.substr(5)));
    }
    return std::nullopt;
  }

  Header header_{};
  std::size_t filled_ = 0;
  std::uint64_t skip_ = 0;
  std::string records_;  // pax records about the next member
  std::uint64_t records_left_ = 0;
  bool more_map_ = false;
  int zero_blocks_ = 0;
  bool ended_ = false;
  bool damaged_ = false;
};

}  // namespace

std::unique_ptr<Walker> walk_tar() { return std::make_unique<TarWalker>(); }

}  // namespace sluice::stream
