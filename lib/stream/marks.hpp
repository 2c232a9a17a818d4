#pragma once
// The byte layouts of the end marks that sluice writes; sluice-format(5) describes them.

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace sluice::stream {

/// BGZF's empty end member (SAM specification §4.1.2).
inline constexpr std::array<std::uint8_t, 28> kBgzfEnd{
    0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x06, 0, 0x42, 0x43,
    0x02, 0,    0x1b, 0,    3, 0, 0, 0, 0, 0,    0,    0, 0,    0};

/// True for the first bytes of a BGZF member: gzip, FEXTRA, subfield "BC" of length 2.
[[nodiscard]] bool is_bgzf(base::Bytes head);

/// The skippable frame that opens our zstd streams: it says that a seek table is due.
inline constexpr std::array<std::uint8_t, 16> kZstdHead{0x50, 0x2a, 0x4d, 0x18, 8,   0,   0,   0,
                                                        's',  'l',  'u',  'i',  'c', 'e', 'z', '1'};
/// The last four bytes of a seek table (zstd's seekable format), little endian 0x8F92EAB1.
inline constexpr std::array<std::uint8_t, 4> kZstdSeekableEnd{0xb1, 0xea, 0x92, 0x8f};

/// The block after the last one of a custom-format archive: a data block whose id no table of
/// contents has, so that every pg_restore skips it.
struct ArchiveEnd {
  std::uint64_t length;                 ///< of everything before the block
  std::array<std::uint8_t, 16> digest;  ///< XXH3-128 of the same, canonical byte order
};
inline constexpr std::size_t kArchiveEndSize = 51;
/// Header byte 7 (`vrev`) of an archive that has an end block; stock pg_dump writes 0.
inline constexpr std::uint8_t kArchiveRevision = 1;

[[nodiscard]] std::array<std::uint8_t, kArchiveEndSize> encode(const ArchiveEnd& end);
/// nullopt when `tail` does not end with an end block.
[[nodiscard]] std::optional<ArchiveEnd> decode_archive_end(base::Bytes tail);

}  // namespace sluice::stream
