#include "zip/seekable.hpp"

#include <zstd.h>

#include <algorithm>
#include <new>
#include <string>

#include "base/error.hpp"
#include "stream/marks.hpp"
#include "zip/bgzf.hpp"

namespace sluice::zip {

using base::Buffer;
using base::Bytes;

namespace {

constexpr std::uint32_t kSeekTableMagic = 0x184D2A5E;
constexpr std::size_t kSkippableHead = 8;
constexpr std::size_t kFooter = 9;

std::size_t checked(std::size_t result) {
  if (ZSTD_isError(result) != 0) {
    throw base::Error(base::Exit::software, std::string("libzstd: ") + ZSTD_getErrorName(result));
  }
  return result;
}

}  // namespace

void FrameCompressor::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

FrameCompressor::FrameCompressor(int level) : context_(ZSTD_createCCtx()) {
  if (!context_) throw std::bad_alloc();
  checked(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level));
  checked(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1));
}

Buffer FrameCompressor::compress(Bytes plain) {
  Buffer out(ZSTD_compressBound(plain.size()));
  out.grow(checked(
      ZSTD_compress2(context_.get(), out.data(), out.capacity(), plain.data(), plain.size())));
  return out;
}

void FrameDecompressor::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

FrameDecompressor::FrameDecompressor() : context_(ZSTD_createDCtx()) {
  if (!context_) throw std::bad_alloc();
}

Buffer FrameDecompressor::decompress(Bytes frame, std::size_t plain_size, std::uint64_t offset) {
  Buffer out(plain_size);
  const std::size_t size =
      ZSTD_decompressDCtx(context_.get(), out.data(), plain_size, frame.data(), frame.size());
  if (ZSTD_isError(size) != 0) throw_damaged(offset, ZSTD_getErrorName(size));
  if (size != plain_size) throw_damaged(offset, "the frame holds less than it says");
  out.grow(size);
  return out;
}

void SeekTable::add(Bytes frame, std::size_t plain_size) {
  entries_.push_back({static_cast<std::uint32_t>(frame.size()),
                      static_cast<std::uint32_t>(plain_size),
                      plain_size == 0 ? 0 : base::load_le<std::uint32_t>(frame.last(4).data())});
}

Buffer SeekTable::frame() const {
  const std::size_t body = entries_.size() * sizeof(Entry) + kFooter;
  Buffer out(kSkippableHead + body);
  const auto put = [&](std::uint32_t value) {
    base::store_le(out.space().data(), value);
    out.grow(sizeof value);
  };
  put(kSeekTableMagic);
  put(static_cast<std::uint32_t>(body));
  for (const Entry& entry : entries_) {
    put(entry.compressed_size);
    put(entry.plain_size);
    put(entry.checksum);
  }
  put(static_cast<std::uint32_t>(entries_.size()));
  constexpr std::uint8_t kChecksumFlag = 0x80;
  out.append({&kChecksumFlag, 1});
  out.append(stream::kZstdSeekableEnd);
  return out;
}

}  // namespace sluice::zip
