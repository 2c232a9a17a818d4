#include "zip/compress.hpp"

#include <climits>

#include "stream/marks.hpp"
#include "stream/ordered_map.hpp"
#include "zip/bgzf.hpp"
#include "zip/seekable.hpp"

namespace sluice::zip {

using base::Buffer;
using base::Bytes;

namespace {

// A gzip job is several members, so that a job costs far more than handing it over.
constexpr std::size_t kMembersPerJob = 8;
constexpr std::size_t kGzipBlock = kMembersPerJob * kBgzfPayload;
constexpr std::size_t kZstdBlock = 2 << 20;

// Input and output blocks in flight, all threads together.
constexpr std::size_t kBudget = 40 << 20;

struct Block {
  Buffer bytes;
  std::size_t plain_size;
};

// Reads blocks, compresses them in parallel by what make_work() returns, hands them to `emit`.
void compress_blocks(stream::Input& in, std::size_t block_size, const CompressOptions& options,
                     const stream::OrderedMap<Buffer, Block>::MakeWork& make_work,
                     const stream::OrderedMap<Buffer, Block>::Emit& emit) {
  stream::OrderedMap<Buffer, Block> map(options.threads, kBudget, make_work, emit);
  for (;;) {
    Buffer block(block_size);
    const base::MutableBytes space = block.space();
    block.grow(options.flush_after_ms ? in.read_until_pause(space, *options.flush_after_ms)
                                      : in.read_full(space));
    if (block.empty()) break;
    map.push(std::move(block), 2 * block_size);
  }
  map.drain();
  in.require_whole();
}

void compress_gzip(stream::Input& in, stream::Sink& out, const CompressOptions& options) {
  const auto make_work = [&] {
    return [compressor = std::make_shared<BgzfCompressor>(options.level)](Buffer&& plain) {
      return Block{compressor->compress(plain.bytes()), plain.size()};
    };
  };
  compress_blocks(in, kGzipBlock, options, make_work,
                  [&](Block&& block) { out.write(block.bytes.bytes()); });
  out.write(stream::kBgzfEnd);
}

void compress_zstd(stream::Input& in, stream::Sink& out, const CompressOptions& options) {
  SeekTable table;
  const auto write_frame = [&](Bytes frame, std::size_t plain_size) {
    out.write(frame);
    table.add(frame.size(), plain_size);
  };
  const auto make_work = [&] {
    return [compressor = std::make_shared<FrameCompressor>(options.level)](Buffer&& plain) {
      return Block{compressor->compress(plain.bytes()), plain.size()};
    };
  };
  write_frame(stream::kZstdHead, 0);
  compress_blocks(in, kZstdBlock, options, make_work,
                  [&](Block&& block) { write_frame(block.bytes.bytes(), block.plain_size); });
  out.write(table.frame().bytes());
}

}  // namespace

Levels levels_of(Format format) {
  return format == Format::gzip ? Levels{1, 12, 4} : Levels{-99, 19, 3};
}

void compress(stream::Input& in, stream::Sink& out, const CompressOptions& options) {
  if (options.format == Format::gzip) {
    compress_gzip(in, out, options);
  } else {
    compress_zstd(in, out, options);
  }
}

}  // namespace sluice::zip
