#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "stream/marks.hpp"
#include "zip/bgzf.hpp"
#include "zip/decoders.hpp"
#include "zip/seekable.hpp"

namespace sluice::zip {

using base::Buffer;
using base::Bytes;

namespace {

// Frames up to this size, which ours have, are decoded whole and in parallel.
constexpr std::uint64_t kMostPlainPerJob = 2 << 20;
constexpr int kMostWindowLog = 27;  // 128 MiB
constexpr std::size_t kSkippableHead = 8;
constexpr std::size_t kLongestFrameHead = 18;  // ZSTD_FRAMEHEADERSIZE_MAX

bool is_skippable(Bytes view) {
  return view.size() >= 4 && (base::load_le<std::uint32_t>(view.data()) &
                              ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

bool is_frame(Bytes view) {
  return view.size() >= 4 && base::load_le<std::uint32_t>(view.data()) == ZSTD_MAGICNUMBER;
}

// Follows one of our streams: its frames must be those that its seek table lists.
class TableCheck {
 public:
  // Every frame at the front of the reader, before it is decoded or skipped.
  void take(Bytes frame, std::size_t plain_size) {
    if (open_) table_.add(frame, plain_size);
  }
  void open() {
    open_ = true;
    table_ = SeekTable();
  }
  [[nodiscard]] bool is_open() const { return open_; }
  // The table as it should stand at the end.
  [[nodiscard]] Buffer expected() const { return table_.frame(); }
  void close() { open_ = false; }

 private:
  bool open_ = false;
  SeekTable table_;
};

void skip_foreign_frame(ChunkReader& reader, std::uint64_t size) {
  const std::uint64_t start = reader.offset();
  while (size > 0) {
    if (!reader.require(1)) throw_damaged(start, "a skippable frame is cut");
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(size, reader.view().size()));
    reader.consume(count);
    size -= count;
  }
}

// Our head opens a check, the seek table closes it, other skippable frames mean nothing to us.
void take_skippable(ChunkReader& reader, TableCheck& check) {
  const std::uint64_t start = reader.offset();
  if (!reader.require(kSkippableHead)) throw_damaged(start, "a skippable frame is cut");
  const std::uint64_t size =
      kSkippableHead + std::uint64_t{base::load_le<std::uint32_t>(reader.view().data() + 4)};
  if (check.is_open()) {
    const Buffer table = check.expected();
    if (size != table.size() || !reader.require(table.size()) ||
        !std::ranges::equal(reader.view().first(table.size()), table.bytes())) {
      throw_damaged(start, "the seek table does not fit the frames before it");
    }
    check.close();
  } else if (reader.require(stream::kZstdHead.size()) &&
             std::ranges::equal(reader.view().first(stream::kZstdHead.size()), stream::kZstdHead)) {
    check.open();
    check.take(stream::kZstdHead, 0);
  }
  skip_foreign_frame(reader, size);
}

// The frame at the front, once all of it is at hand; nullopt if it has to be streamed.
std::optional<Unit> take_frame(ChunkReader& reader) {
  (void)reader.require(kLongestFrameHead);
  const unsigned long long plain =
      ZSTD_getFrameContentSize(reader.view().data(), reader.view().size());
  if (plain == ZSTD_CONTENTSIZE_UNKNOWN || plain == ZSTD_CONTENTSIZE_ERROR ||
      plain > kMostPlainPerJob) {
    return std::nullopt;
  }
  for (;;) {
    const Bytes view = reader.view();
    const std::size_t size = ZSTD_findFrameCompressedSize(view.data(), view.size());
    if (ZSTD_isError(size) == 0) {
      Unit unit{reader.chunk(), view.first(size), static_cast<std::size_t>(plain), reader.offset()};
      reader.consume(size);
      return unit;
    }
    if (ZSTD_getErrorCode(size) != ZSTD_error_srcSize_wrong) return std::nullopt;
    if (view.size() > ZSTD_compressBound(kMostPlainPerJob)) return std::nullopt;
    if (!reader.more()) return std::nullopt;
  }
}

// One frame of any size through libzstd's streaming decoder.
class FrameStream {
 public:
  FrameStream() : context_(ZSTD_createDCtx()) {
    if (!context_) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMostWindowLog);
  }

  void decode(ChunkReader& reader, BlockWriter& writer) {
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
    for (std::size_t left = 1; left != 0;) {
      if (!reader.require(1)) {
        writer.drain();
        throw_damaged(reader.offset(), "the zstd data is cut");
      }
      Buffer block = BlockWriter::block();
      do {
        left = step(reader, block);
      } while (left != 0 && !block.space().empty() && !reader.view().empty());
      writer.write(std::move(block));
    }
  }

 private:
  // Returns 0 at the end of the frame.
  std::size_t step(ChunkReader& reader, Buffer& block) {
    ZSTD_inBuffer in{reader.view().data(), reader.view().size(), 0};
    ZSTD_outBuffer out{block.space().data(), block.space().size(), 0};
    const std::size_t left = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge) {
      throw base::Error(base::Exit::unavailable, "zstd stream: its window is larger than 128 MiB",
                        "decompress it with zstd -d --long=31");
    }
    if (ZSTD_isError(left) != 0) throw_damaged(reader.offset(), ZSTD_getErrorName(left));
    reader.consume(in.pos);
    block.grow(out.pos);
    return left;
  }

  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_;
};

}  // namespace

stream::Mark decode_zstd(ChunkReader& reader, stream::Sink& out, unsigned threads) {
  const auto make_work = [] {
    return [decompressor = std::make_shared<FrameDecompressor>()](Unit&& unit) {
      return decompressor->decompress(unit.bytes, unit.plain_size, unit.offset);
    };
  };
  UnitMap map(threads, kDecodeBudget, make_work,
              [&out](Buffer&& plain) { out.write(plain.bytes()); });
  TableCheck check;
  FrameStream frames;
  std::optional<BlockWriter> writer;
  bool only_ours = true;  // then a seek table has told that all is there
  bool table_seen = false;
  while (reader.require(4)) {
    if (is_skippable(reader.view())) {
      const bool was_open = check.is_open();
      take_skippable(reader, check);
      table_seen = table_seen || (was_open && !check.is_open());
      continue;
    }
    if (!is_frame(reader.view())) break;
    only_ours = only_ours && check.is_open();
    if (auto unit = take_frame(reader)) {
      if (writer) writer->drain();
      writer.reset();
      check.take(unit->bytes, unit->plain_size);
      const std::size_t cost = unit->bytes.size() + unit->plain_size;
      map.push(std::move(*unit), cost);
    } else {
      map.drain();
      if (check.is_open()) throw_damaged(reader.offset(), "a frame is damaged or cut");
      if (!writer) writer.emplace(out);
      frames.decode(reader, *writer);
    }
  }
  map.drain();
  if (writer) writer->drain();
  if (!reader.view().empty()) throw_damaged(reader.offset(), "trailing garbage");
  if (check.is_open()) throw_damaged(reader.offset(), "the seek table is missing");
  return only_ours && table_seen ? stream::Mark::whole : stream::Mark::unknown;
}

}  // namespace sluice::zip
