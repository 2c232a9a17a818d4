#include "zip/zlib_stream.hpp"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <utility>

namespace sluice::zip {

using base::Bytes;

namespace {

constexpr std::size_t kGather = 64 << 10;  // a call of deflate for each row would cost

}  // namespace

ZlibSum::ZlibSum(Bytes plain)
    : adler_(libdeflate_adler32(1, plain.data(), plain.size())), size_(plain.size()) {}

void ZlibSum::append(const ZlibSum& next) {
  adler_ = static_cast<std::uint32_t>(
      adler32_combine(adler_, next.adler_, static_cast<z_off_t>(next.size_)));
  size_ += next.size_;
}

std::array<std::uint8_t, 2> zlib_head(int level) {
  // RFC 1950 §2.2: deflate with the largest window, how hard it tried, and a check of both.
  constexpr unsigned kMethod = 0x78;
  const unsigned effort = level < 2 ? 0 : level < 6 ? 1 : level == 6 ? 2 : 3;
  const unsigned flags = effort << 6;
  const unsigned check = 31 - (kMethod << 8 | flags) % 31;
  return {static_cast<std::uint8_t>(kMethod), static_cast<std::uint8_t>(flags | check)};
}

std::array<std::uint8_t, 6> zlib_tail(const ZlibSum& sum) {
  const auto byte = [&](int shift) { return static_cast<std::uint8_t>(sum.adler() >> shift); };
  return {3, 0, byte(24), byte(16), byte(8), byte(0)};
}

ZlibPart::ZlibPart(int level)
    : deflater_(make_deflater(level)), gathered_(kGather), deflated_(kGather) {}

void ZlibPart::write(Bytes plain, const Take& take) {
  while (!plain.empty()) {
    const std::size_t count = std::min(plain.size(), gathered_.space().size());
    gathered_.append(plain.first(count));
    plain = plain.subspan(count);
    if (gathered_.space().empty()) deflate_gathered(Deflater::More::follows, take);
  }
}

void ZlibPart::deflate_gathered(Deflater::More more, const Take& take) {
  Bytes from = gathered_.bytes();
  sum_.append(ZlibSum(from));
  do {
    deflated_.clear();
    deflated_.grow(deflater_->deflate(from, more, deflated_.space()));
    take(deflated_.bytes());
  } while (deflated_.space().empty());
  gathered_.clear();
}

ZlibSum ZlibPart::finish(const Take& take) {
  deflate_gathered(Deflater::More::none, take);
  deflater_->reset();
  return std::exchange(sum_, {});
}

}  // namespace sluice::zip
