#include "zip/bgzf.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <new>
#include <string>

#include "base/error.hpp"
#include "stream/marks.hpp"

namespace sluice::zip {

using base::Buffer;
using base::Bytes;
using base::MutableBytes;

namespace {

constexpr std::size_t kHeader = 18;
constexpr std::size_t kTrailer = 8;     // CRC-32 and size, as in every gzip member
constexpr std::size_t kNumberAt = 4;    // gzip's MTIME
constexpr std::size_t kNumberedAt = 8;  // gzip's XFL
constexpr std::uint8_t kNumbered = 'N';
constexpr std::size_t kSizeAt = 16;  // whole member, less one

// gzip with FEXTRA; the extra field holds subfield "BC" of two bytes, the member's size less one.
constexpr std::array<std::uint8_t, kHeader> kMemberHead{0x1f, 0x8b, 8, 4,   0,   0, 0, 0, kNumbered,
                                                        0xff, 6,    0, 'B', 'C', 2, 0, 0, 0};

}  // namespace

void throw_damaged(std::uint64_t offset, const char* reason) {
  throw base::Error(base::Exit::data,
                    "compressed data: damaged at byte " + std::to_string(offset) + ": " + reason);
}

std::uint32_t crc32(std::uint32_t crc, Bytes bytes) {
  return libdeflate_crc32(crc, bytes.data(), bytes.size());
}

void BgzfCompressor::Free::operator()(libdeflate_compressor* compressor) const {
  libdeflate_free_compressor(compressor);
}

BgzfCompressor::BgzfCompressor(int level) : compressor_(libdeflate_alloc_compressor(level)) {
  if (!compressor_) throw std::bad_alloc();
}

Buffer BgzfCompressor::compress(Bytes plain, MemberNumber first) {
  const std::size_t members = std::max<std::size_t>(1, members_of(plain.size()));
  Buffer out(members * kBgzfMost);
  for (std::size_t i = 0; i < members; ++i) {
    const Bytes payload = plain.first(std::min(plain.size(), kBgzfPayload));
    out.grow(write_member(payload, first + static_cast<MemberNumber>(i), out.space()));
    plain = plain.subspan(payload.size());
  }
  return out;
}

std::size_t BgzfCompressor::write_member(Bytes plain, MemberNumber number, MutableBytes into) {
  const std::size_t room = kBgzfMost - kHeader - kTrailer;
  const std::size_t deflated = libdeflate_deflate_compress(
      compressor_.get(), plain.data(), plain.size(), into.data() + kHeader, room);
  // A payload of kBgzfPayload bytes always fits, at worst as stored blocks.
  if (deflated == 0) throw base::Error(base::Exit::software, "libdeflate: a member does not fit");
  const std::size_t size = kHeader + deflated + kTrailer;
  std::copy(kMemberHead.begin(), kMemberHead.end(), into.begin());
  base::store_le(into.data() + kNumberAt, number);
  base::store_le(into.data() + kSizeAt, static_cast<std::uint16_t>(size - 1));
  std::uint8_t* const trailer = into.data() + kHeader + deflated;
  base::store_le(trailer, crc32(0, plain));
  base::store_le(trailer + 4, static_cast<std::uint32_t>(plain.size()));
  return size;
}

std::optional<BgzfMember> find_member(Bytes bytes) {
  if (!stream::is_bgzf(bytes)) return std::nullopt;
  const std::size_t size = base::load_le<std::uint16_t>(bytes.data() + kSizeAt) + std::size_t{1};
  if (size < kHeader + kTrailer || size > bytes.size()) return std::nullopt;
  BgzfMember member{size, base::load_le<std::uint32_t>(bytes.data() + size - 4), {}};
  if (bytes[kNumberedAt] == kNumbered) {
    member.number = base::load_le<MemberNumber>(bytes.data() + kNumberAt);
  }
  return member;
}

stream::Mark NumberCheck::mark() const {
  return at_end_member_ ? stream::Mark::whole : stream::Mark::cut;
}

void NumberCheck::take(const BgzfMember& member, std::uint64_t offset) {
  at_end_member_ = !member.number && member.plain_size == 0;
  if (!member.number) {
    if (run_ == Run::open) throw_damaged(offset, "members are missing before this one");
    run_ = Run::none;
    return;
  }
  if (run_ == Run::none) next_ = 1;
  if (run_ == Run::closed || *member.number != next_) {
    throw_damaged(offset, "this member is not the next one");
  }
  ++next_;
  run_ = member.plain_size == 0 ? Run::closed : Run::open;
}

void BgzfDecompressor::Free::operator()(libdeflate_decompressor* decompressor) const {
  libdeflate_free_decompressor(decompressor);
}

BgzfDecompressor::BgzfDecompressor() : decompressor_(libdeflate_alloc_decompressor()) {
  if (!decompressor_) throw std::bad_alloc();
}

Buffer BgzfDecompressor::decompress(Bytes members, std::size_t plain_size, std::uint64_t offset) {
  Buffer out(plain_size);
  while (!members.empty()) {
    const auto member = find_member(members);
    if (!member || member->plain_size > out.space().size()) throw_damaged(offset, "bad member");
    const Bytes deflated = members.subspan(kHeader, member->size - kHeader - kTrailer);
    const Bytes into = out.space().first(member->plain_size);
    // Exactly plain_size bytes or an error, since no place for the actual count is given.
    if (libdeflate_deflate_decompress(decompressor_.get(), deflated.data(), deflated.size(),
                                      out.space().data(), into.size(),
                                      nullptr) != LIBDEFLATE_SUCCESS) {
      throw_damaged(offset, "bad deflate data");
    }
    if (crc32(0, into) != base::load_le<std::uint32_t>(members.data() + member->size - kTrailer)) {
      throw_damaged(offset, "the CRC does not fit");
    }
    out.grow(into.size());
    members = members.subspan(member->size);
    offset += member->size;
  }
  return out;
}

}  // namespace sluice::zip
