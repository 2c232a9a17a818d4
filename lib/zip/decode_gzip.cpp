#include <algorithm>
#include <memory>

#include "stream/marks.hpp"
#include "zip/bgzf.hpp"
#include "zip/decoders.hpp"
#include "zip/inflater.hpp"

namespace sluice::zip {

using base::Buffer;
using base::Bytes;

namespace {

constexpr std::size_t kMostPlainPerJob = 1 << 20;
constexpr std::size_t kBgzfHeader = 18;

// As many whole members from the front of the reader as one job should have.
Unit take_members(ChunkReader& reader, NumberCheck& numbers) {
  Unit unit{reader.chunk(), {}, 0, reader.offset()};
  const Bytes start = reader.view();
  std::size_t size = 0;
  while (const auto member = find_member(start.subspan(size))) {
    if (member->plain_size > kBgzfMost || unit.plain_size + member->plain_size > kMostPlainPerJob) {
      break;
    }
    numbers.take(*member, unit.offset + size);
    size += member->size;
    unit.plain_size += member->plain_size;
  }
  unit.bytes = start.first(size);
  reader.consume(size);
  return unit;
}

// Inflates what is at hand into `block`.
void inflate_some(Inflater& inflater, ChunkReader& reader, Buffer& block) {
  Bytes rest = reader.view();
  const auto count = inflater.read(rest, block.space());
  reader.consume(reader.view().size() - rest.size());
  if (!count) throw_damaged(reader.offset(), inflater.reason().c_str());
  block.grow(*count);
}

// A BGZF member whose end is not at hand yet.
bool is_cut_member(Bytes view) { return stream::is_bgzf(view) && !find_member(view); }

// Behind a member: false at the end of the input, possibly after zero padding.
bool another_member_follows(ChunkReader& reader) {
  const std::uint64_t end = reader.offset();
  while (reader.require(1)) {
    const Bytes view = reader.view();
    const auto zeros = static_cast<std::size_t>(
        std::find_if(view.begin(), view.end(), [](std::uint8_t byte) { return byte != 0; }) -
        view.begin());
    if (zeros < view.size()) {
      const bool padded = reader.offset() + zeros > end;
      reader.consume(zeros);
      const bool magic = reader.require(2) && reader.view()[0] == 0x1f && reader.view()[1] == 0x8b;
      if (padded || !magic) throw_damaged(end, "trailing garbage");
      return true;
    }
    reader.consume(zeros);
  }
  return false;
}

}  // namespace

stream::Mark decode_gzip(ChunkReader& reader, stream::Sink& out, unsigned threads) {
  const auto make_work = [] {
    return [decompressor = std::make_shared<BgzfDecompressor>()](Unit&& unit) {
      return decompressor->decompress(unit.bytes, unit.plain_size, unit.offset);
    };
  };
  UnitMap map(threads, kDecodeBudget, make_work,
              [&out](Buffer&& plain) { out.write(plain.bytes()); });
  NumberCheck numbers;
  while (reader.require(kBgzfHeader)) {
    Unit unit = take_members(reader, numbers);
    if (!unit.bytes.empty()) {
      const std::size_t cost = unit.bytes.size() + unit.plain_size;
      map.push(std::move(unit), cost);
    } else if (!is_cut_member(reader.view())) {
      break;
    } else if (!reader.more()) {
      map.drain();
      throw_damaged(reader.offset(), "the last member is cut");
    }
  }
  map.drain();
  if (!another_member_follows(reader)) return numbers.mark();
  inflate_stream(reader, out);
  return stream::Mark::unknown;
}

void inflate_stream(ChunkReader& reader, stream::Sink& out) {
  BlockWriter writer(out);
  Inflater inflater(Inflater::Wrapping::gzip);
  do {
    inflater.reset();
    while (!inflater.ended()) {
      if (!reader.require(1)) {
        writer.drain();
        throw_damaged(reader.offset(), "the gzip data is cut");
      }
      Buffer block = BlockWriter::block();
      do {
        inflate_some(inflater, reader, block);
      } while (!inflater.ended() && !block.space().empty() && !reader.view().empty());
      writer.write(std::move(block));
    }
  } while (another_member_follows(reader));
  writer.drain();
}

}  // namespace sluice::zip
