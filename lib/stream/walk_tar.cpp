#include <algorithm>
#include <array>

#include "stream/end_mark.hpp"

namespace sluice::stream {

using base::Bytes;

namespace {

constexpr std::size_t kBlock = 512;
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
      if (skip_ > 0) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
        skip_ -= count;
        bytes = bytes.subspan(count);
        continue;
      }
      const std::size_t count = std::min(bytes.size(), kBlock - filled_);
      std::copy_n(bytes.begin(), count, header_.begin() + filled_);
      filled_ += count;
      bytes = bytes.subspan(count);
      if (filled_ == kBlock) take_header();
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
    skip_ = (size + kBlock - 1) / kBlock * kBlock;
  }

  Header header_{};
  std::size_t filled_ = 0;
  std::uint64_t skip_ = 0;
  int zero_blocks_ = 0;
  bool ended_ = false;
  bool damaged_ = false;
};

}  // namespace

std::unique_ptr<Walker> walk_tar() { return std::make_unique<TarWalker>(); }

}  // namespace sluice::stream
