#pragma once
// BGZF (SAM specification §4.1): gzip in members of at most 64 KiB that tell their own size.
// Ours are numbered, so that a lost or swapped member shows: sluice-format(5).
// Objects here belong to one thread each.

#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.hpp"
#include "stream/end_mark.hpp"

struct libdeflate_compressor;
struct libdeflate_decompressor;

namespace sluice::zip {

/// Plain bytes in a full member; bgzip uses the same.
inline constexpr std::size_t kBgzfPayload = 65280;
/// A member, and its plain bytes, are never larger.
inline constexpr std::size_t kBgzfMost = 65536;

/// A member's place in its stream, from 1; it wraps around after 2^32 members (255 TiB).
using MemberNumber = std::uint32_t;

/// Members that `size` plain bytes fill.
[[nodiscard]] constexpr std::size_t members_of(std::size_t size) {
  return (size + kBgzfPayload - 1) / kBgzfPayload;
}

class BgzfCompressor {
 public:
  explicit BgzfCompressor(int level);
  /// `plain` as members numbered from `first`, the last one possibly short. No bytes: one empty
  /// member, which closes the numbering before the end member.
  [[nodiscard]] base::Buffer compress(base::Bytes plain, MemberNumber first);

 private:
  [[nodiscard]] std::size_t write_member(base::Bytes plain, MemberNumber number,
                                         base::MutableBytes into);

  struct Free {
    void operator()(libdeflate_compressor* compressor) const;
  };
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
};

/// Where a BGZF member ends and how much it holds.
struct BgzfMember {
  std::size_t size;        ///< of the whole member, in bytes
  std::size_t plain_size;  ///< at most kBgzfMost in what BGZF allows
  std::optional<MemberNumber> number;
};

/// Reads the member at the front of `bytes`: nullopt when it is not all there yet or is no BGZF
/// member of the usual size; is_bgzf() tells which.
[[nodiscard]] std::optional<BgzfMember> find_member(base::Bytes bytes);

/// Follows the numbers of a stream's members, also of several streams one after the other.
class NumberCheck {
 public:
  /// `offset` is where the member begins. Throws: base::Error (data) at a gap.
  void take(const BgzfMember& member, std::uint64_t offset);
  /// Whether the last member was an end member.
  [[nodiscard]] stream::Mark mark() const;

 private:
  enum class Run { none, open, closed };
  Run run_ = Run::none;
  MemberNumber next_ = 1;
  bool at_end_member_ = false;
};

class BgzfDecompressor {
 public:
  BgzfDecompressor();
  /// Inflates the whole members in `members`, `plain_size` bytes in all, and checks every CRC.
  /// `offset` is where they begin in the input. Throws: base::Error (data), naming the member.
  [[nodiscard]] base::Buffer decompress(base::Bytes members, std::size_t plain_size,
                                        std::uint64_t offset);

 private:
  struct Free {
    void operator()(libdeflate_decompressor* decompressor) const;
  };
  std::unique_ptr<libdeflate_decompressor, Free> decompressor_;
};

/// CRC-32 as gzip has it, of what `crc` covered and then `bytes`.
[[nodiscard]] std::uint32_t crc32(std::uint32_t crc, base::Bytes bytes);

/// The error of damaged compressed data, "damaged at byte N: reason".
[[noreturn]] void throw_damaged(std::uint64_t offset, const char* reason);

}  // namespace sluice::zip
