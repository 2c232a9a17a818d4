#include "stream/marks.hpp"

#include <algorithm>

namespace sluice::stream {

using base::Bytes;

namespace {

// The block in pg_backup_custom.c's terms: type BLK_DATA, Int id 2^31-1, Int payload length,
// payload, Int 0. An Int is a sign byte and four bytes, little endian.
constexpr std::array<std::uint8_t, 11> kBlockHead{1, 0, 0xff, 0xff, 0xff, 0x7f, 0, 35, 0, 0, 0};
constexpr std::array<std::uint8_t, 11> kMagic{'s', 'l', 'u', 'i', 'c', 'e',
                                              '-', 'e', 'n', 'd', '1'};
constexpr std::size_t kLengthAt = kBlockHead.size() + kMagic.size();
constexpr std::size_t kDigestAt = kLengthAt + sizeof(std::uint64_t);
static_assert(kDigestAt + 16 + 5 == kArchiveEndSize);

}  // namespace

bool is_bgzf(Bytes head) {
  return head.size() >= 18 && head[0] == 0x1f && head[1] == 0x8b && head[2] == 8 &&
         (head[3] & 4) != 0 && head[12] == 'B' && head[13] == 'C' &&
         base::load_le<std::uint16_t>(&head[14]) == 2;
}

std::array<std::uint8_t, kArchiveEndSize> encode(const ArchiveEnd& end) {
  std::array<std::uint8_t, kArchiveEndSize> block{};
  std::copy(kBlockHead.begin(), kBlockHead.end(), block.begin());
  std::copy(kMagic.begin(), kMagic.end(), block.begin() + kBlockHead.size());
  base::store_le(block.data() + kLengthAt, end.length);
  std::copy(end.digest.begin(), end.digest.end(), block.begin() + kDigestAt);
  return block;
}

std::optional<ArchiveEnd> decode_archive_end(Bytes tail) {
  if (tail.size() < kArchiveEndSize) return std::nullopt;
  const Bytes block = tail.last(kArchiveEndSize);
  ArchiveEnd end{base::load_le<std::uint64_t>(block.data() + kLengthAt), {}};
  std::copy_n(block.begin() + kDigestAt, end.digest.size(), end.digest.begin());
  const auto expected = encode(end);
  if (!std::equal(block.begin(), block.end(), expected.begin())) return std::nullopt;
  return end;
}

}  // namespace sluice::stream
