#include "digest/crc.hpp"

#include <isa-l/crc.h>

#include <algorithm>
#include <array>

namespace sluice::digest {

namespace {

constexpr std::uint64_t kPolynomial = 0x9a6c9329ac4bc9b5;  // reflected
constexpr std::size_t kStep = 8;

using Tables = std::array<std::array<std::uint64_t, 256>, kStep>;

// Table n is the effect of a byte that n others follow.
constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint64_t byte = 0; byte < 256; ++byte) {
    std::uint64_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t n = 1; n < kStep; ++n) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint64_t before = tables[n - 1][byte];
      tables[n][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

std::uint32_t crc32c(base::Bytes bytes) {
  constexpr std::size_t kMost = 1 << 30;  // ISA-L counts in int
  std::uint32_t crc = ~0U;
  while (!bytes.empty()) {
    const base::Bytes some = bytes.first(std::min(bytes.size(), kMost));
    // It takes a pointer to non-const, and only reads.
    crc = crc32_iscsi(const_cast<std::uint8_t*>(some.data()), static_cast<int>(some.size()), crc);
    bytes = bytes.subspan(some.size());
  }
  return ~crc;
}

std::uint64_t crc64nvme(base::Bytes bytes) {
  std::uint64_t crc = ~std::uint64_t{0};
  for (; bytes.size() >= kStep; bytes = bytes.subspan(kStep)) {
    crc ^= base::load_le<std::uint64_t>(bytes.data());
    std::uint64_t next = 0;
    for (std::size_t n = 0; n < kStep; ++n) {
      next ^= kTables[kStep - 1 - n][(crc >> 8 * n) & 0xff];
    }
    crc = next;
  }
  for (const std::uint8_t byte : bytes) crc = (crc >> 8) ^ kTables[0][(crc ^ byte) & 0xff];
  return ~crc;
}

}  // namespace sluice::digest
