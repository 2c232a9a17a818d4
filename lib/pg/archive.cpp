#include "pg/archive.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "stream/marks.hpp"

namespace sluice::pg {

using base::Bytes;
using base::Error;
using base::Exit;

namespace {

constexpr std::size_t kBufferSize = 256 << 10;
constexpr std::size_t kLongestString = 1 << 30;  // a definition cannot be longer in the server
constexpr int kEndBlockId = 0x7fffffff;
constexpr std::uint8_t kBytesBlock = 1;
constexpr std::uint8_t kObjectsBlock = 3;

}  // namespace

int oldest_reader(int minor) {
  if (minor <= 14) return 12;
  return minor == 15 ? 16 : 17;
}

bool TocEntry::is_setting() const {
  return desc == "ENCODING" || desc == "STDSTRINGS" || desc == "SEARCHPATH" || desc == "DATABASE";
}

std::string TocEntry::describe() const {
  return desc + " " + (schema.empty() ? "" : schema + ".") + tag;
}

const TocEntry* Archive::find(std::string_view desc) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const TocEntry& entry) { return entry.desc == desc; });
  return found == entries.end() ? nullptr : &*found;
}

std::size_t Archive::tables_with_data() const {
  return static_cast<std::size_t>(std::count_if(
      entries.begin(), entries.end(), [](const TocEntry& entry) { return entry.is_table_data(); }));
}

ArchiveReader::ArchiveReader(Source source, std::string name, Echo echo)
    : source_(std::move(source)),
      name_(std::move(name)),
      echo_(std::move(echo)),
      buffer_(kBufferSize) {}

void ArchiveReader::damaged(const std::string& what) const {
  throw Error(Exit::data, name_ + ": the archive is damaged: " + what + " at byte " +
                              std::to_string(dropped_ + begin_));
}

void ArchiveReader::cut() const {
  throw Error(Exit::data, name_ + ": the archive is cut " + place());
}

std::string ArchiveReader::place() const {
  const std::string at = " after " + std::to_string(dropped_ + end_) + " bytes";
  if (current_ != nullptr) return "in " + current_->describe() + at;
  return (archive_.entries.empty() ? "in its table of contents" : "between two blocks") + at;
}

// Reads more behind what is there; false at end of file.
bool ArchiveReader::fill() {
  if (begin_ == end_ || end_ == buffer_.size()) {
    settle_consumed();
    std::copy(buffer_.begin() + begin_, buffer_.begin() + end_, buffer_.begin());
    dropped_ += begin_;
    end_ -= begin_;
    settled_ = begin_ = 0;
    if (end_ == buffer_.size()) buffer_.resize(2 * end_);  // one thing that fills it all
  }
  const std::size_t count = source_({buffer_.data() + end_, buffer_.size() - end_});
  end_ += count;
  return count > 0;
}

void ArchiveReader::settle_consumed() {
  const Bytes consumed(buffer_.data() + settled_, begin_ - settled_);
  digest_.update(consumed);
  if (echo_ && !consumed.empty()) echo_(consumed);
  settled_ = begin_;
}

// At least `count` bytes, not consumed.
Bytes ArchiveReader::need(std::size_t count) {
  while (end_ - begin_ < count) {
    if (!fill()) cut();
  }
  return {buffer_.data() + begin_, end_ - begin_};
}

Bytes ArchiveReader::take(std::size_t count) {
  const Bytes bytes = need(count).first(count);
  begin_ += count;
  return bytes;
}

int ArchiveReader::take_int() {
  const Bytes bytes = take(5);
  const auto magnitude = base::load_le<std::uint32_t>(bytes.data() + 1);
  if (bytes[0] > 1 || magnitude > 0x7fffffff) damaged("an impossible number");
  return bytes[0] == 1 ? -static_cast<int>(magnitude) : static_cast<int>(magnitude);
}

std::string ArchiveReader::take_string() {
  const int length = take_int();
  if (length < 0) return {};
  if (static_cast<std::size_t>(length) > kLongestString) damaged("an impossible length");
  return std::string(base::as_text(take(static_cast<std::size_t>(length))));
}

const Archive& ArchiveReader::read_head() {
  if (base::as_text(take(5)) != "PGDMP") damaged("no archive header");
  const int major = take_byte();
  ArchiveHeader& header = archive_.header;
  header.minor = take_byte();
  header.revision = take_byte();
  if (major != 1 || header.minor < 14 || header.minor > 16) {
    throw Error(Exit::unavailable,
                name_ + ": archive version " + std::to_string(major) + "." +
                    std::to_string(header.minor) + ": only 1.14 to 1.16 are known",
                "PostgreSQL 12 to 18 write these");
  }
  const Bytes sizes = take(3);
  if (sizes[0] != 4 || sizes[1] != 8) damaged("unknown sizes of integers");
  if (sizes[2] != 1) throw Error(Exit::data, name_ + ": an archive, but not in custom format");
  header.compression = take_compression();
  for (int i = 0; i < 7; ++i) take_int();  // the time of the dump
  header.database = take_string();
  header.server_version = take_string();
  header.dump_version = take_string();
  const int count = take_int();
  if (count < 0) damaged("an impossible number of entries");
  std::vector<TocEntry> entries;
  for (int i = 0; i < count; ++i) entries.push_back(take_entry());
  archive_.entries = std::move(entries);
  for (const TocEntry& entry : archive_.entries) {
    if (entry.has_data) due_.emplace(entry.id, &entry);
  }
  settle_consumed();
  return archive_;
}

// Archives before 1.15 have a level of gzip there, later ones the method's number.
Method ArchiveReader::take_compression() {
  if (archive_.header.minor < 15) return take_int() == 0 ? Method::none : Method::gzip;
  constexpr std::array kMethods{Method::none, Method::gzip, Method::lz4, Method::zstd};
  const std::size_t number = take_byte();
  if (number >= kMethods.size()) damaged("an unknown method of compression");
  return kMethods.at(number);
}

TocEntry ArchiveReader::take_entry() {
  TocEntry entry;
  entry.begin = position();
  entry.id = take_int();
  entry.has_data = take_int() != 0;
  entry.catalog = take_string();
  entry.oid = take_string();
  entry.tag = take_string();
  entry.desc = take_string();
  take_int();  // section
  entry.definition = take_string();
  take_string();  // how to drop it
  entry.copy_statement = take_string();
  entry.schema = take_string();
  take_string();                                // tablespace
  take_string();                                // access method
  if (archive_.header.minor >= 16) take_int();  // relkind
  entry.owner = take_string();
  take_string();  // "with oids"
  for (;;) {
    const int length = take_int();
    if (length < 0) break;
    take(static_cast<std::size_t>(length));  // a dependency
  }
  if (take_byte() == kNoData) entry.has_data = false;
  take(8);  // offset
  entry.end = position();
  return entry;
}

std::optional<ArchiveReader::Block> ArchiveReader::next_block() {
  if (current_ != nullptr) skip_block();
  settle_consumed();
  if (begin_ == end_ && !fill()) {
    if (archive_.header.revision != 0) {
      throw Error(Exit::data, name_ + ": the archive is cut: its end block is missing");
    }
    require_end();
    return std::nullopt;
  }
  const std::uint8_t type = need(1)[0];
  if (type != kBytesBlock && type != kObjectsBlock) damaged("an unknown kind of block");
  const Bytes head = need(6);
  if (archive_.header.revision != 0 && head[1] == 0 &&
      base::load_le<std::uint32_t>(&head[2]) == kEndBlockId) {
    require_end();
    return std::nullopt;
  }
  take(1);
  const auto found = due_.find(take_int());
  if (found == due_.end()) damaged("a block that the table of contents does not promise");
  current_ = found->second;
  due_.erase(found);
  where_ = type == kObjectsBlock ? Where::before_object : Where::in_bytes;
  return Block{current_, type == kObjectsBlock};
}

void ArchiveReader::require_end() {
  if (!due_.empty()) {
    const auto first = std::find_if(archive_.entries.begin(), archive_.entries.end(),
                                    [&](const TocEntry& entry) { return due_.contains(entry.id); });
    throw Error(Exit::data, name_ + ": the archive is cut: " + first->describe() + " is missing");
  }
  if (archive_.header.revision == 0) return;
  const std::uint64_t length = dropped_ + begin_;
  const auto end =
      stream::decode_archive_end(need(stream::kArchiveEndSize).first(stream::kArchiveEndSize));
  if (!end) damaged("an end block of another form");
  if (end->length != length) damaged("the end block tells another length");
  if (end->digest != digest_.value()) {
    throw Error(Exit::data, name_ + ": the archive is damaged: its digest is another");
  }
  settled_ = begin_ += stream::kArchiveEndSize;  // ours, not the archive's
  if (begin_ != end_ || fill()) {
    throw Error(Exit::data, name_ + ": something follows the end of the archive",
                "restore one archive at a time");
  }
}

void ArchiveReader::skip_block() {
  if (where_ == Where::in_bytes || where_ == Where::in_object) {
    while (!next_piece().empty()) {
    }
  }
  while (where_ == Where::before_object && next_large_object()) {
    while (!next_piece().empty()) {
    }
  }
}

std::optional<std::uint32_t> ArchiveReader::next_large_object() {
  // An oid is written as a signed Int, whose magnitude may be that of the smallest one.
  const Bytes bytes = take(5);
  std::uint32_t oid = base::load_le<std::uint32_t>(bytes.data() + 1);
  if (bytes[0] > 1) damaged("an impossible number");
  if (bytes[0] == 1) oid = 0U - oid;
  if (oid == 0) {
    where_ = Where::between;
    current_ = nullptr;
    return std::nullopt;
  }
  where_ = Where::in_object;
  return oid;
}

Bytes ArchiveReader::next_piece() {
  if (piece_left_ == 0) {
    const int length = take_int();
    if (length < 0) damaged("an impossible length");
    piece_left_ = static_cast<std::size_t>(length);
    if (length == 0) {
      where_ = where_ == Where::in_object ? Where::before_object : Where::between;
      if (where_ == Where::between) current_ = nullptr;
      return {};
    }
  }
  const Bytes piece = take(std::min(piece_left_, need(1).size()));
  piece_left_ -= piece.size();
  payload_ += piece.size();
  return piece;
}

}  // namespace sluice::pg
