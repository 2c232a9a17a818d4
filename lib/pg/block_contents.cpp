#include "pg/block_contents.hpp"

namespace sluice::pg {

namespace {

constexpr std::size_t kPlain = 256 << 10;

}  // namespace

BlockContents::BlockContents(ArchiveReader& reader, const TocEntry& entry)
    : reader_(reader), entry_(entry) {
  if (reader.archive().header.compression == Method::gzip) {
    inflating_.emplace().plain = base::Buffer(kPlain);
  }
}

base::Bytes BlockContents::next() { return inflating_ ? inflate_next() : reader_.next_piece(); }

base::Bytes BlockContents::inflate_next() {
  Inflating& here = *inflating_;
  for (;;) {
    const auto count = here.stream.read(here.piece, here.plain.space());
    if (!count) reader_.damaged(entry_.describe() + ": " + here.stream.reason());
    if (*count > 0) return base::Bytes(here.plain.data(), *count);
    if (!here.piece.empty()) {
      reader_.damaged(entry_.describe() + ": something follows its compressed data");
    }
    here.piece = reader_.next_piece();
    if (!here.piece.empty()) continue;
    if (!here.stream.ended()) {
      reader_.damaged(entry_.describe() + ": its compressed data is cut");
    }
    here.stream.reset();
    return {};
  }
}

void count_tables(ArchiveReader& reader, Tally& tally, const TakeBlock& take) {
  bool in_table = false;
  for (auto block = reader.next_block();; block = reader.next_block()) {
    if (in_table) ++tally.tables_done;
    if (!block) return;
    in_table = block->entry->is_table_data();
    if (take) take(*block);
  }
}

bool has_readable_contents(const ArchiveHeader& header) {
  return header.compression == Method::none || header.compression == Method::gzip;
}

}  // namespace sluice::pg
