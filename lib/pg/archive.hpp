#pragma once
// pg_dump's custom format, read as it streams by: header, table of contents, data blocks, and our
// end block. The layout is that of PostgreSQL's pg_backup_archiver.c and pg_backup_custom.c, for
// archive versions 1.14 (PostgreSQL 12) to 1.16 (18); sluice-format(5) has it in full.
//
// A reader is one thread's. Memory: the table of contents and one buffer, whatever the data.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.hpp"
#include "digest/xxh3.hpp"
#include "pg/compression.hpp"

namespace sluice::pg {

/// An entry's offset that says that it has no data (K_OFFSET_NO_DATA).
inline constexpr std::uint8_t kNoData = 3;

struct ArchiveHeader {
  int minor = 0;                      ///< of archive version 1.MINOR
  std::uint8_t revision = 0;          ///< 1: an end block is due
  Method compression = Method::none;  ///< of its data blocks
  std::string database;
  std::string server_version;
  std::string dump_version;
};

/// The major of the oldest pg_restore that reads archives 1.`minor`.
[[nodiscard]] int oldest_reader(int minor);

struct TocEntry {
  int id = 0;
  bool has_data = false;  ///< a data block with this id is due
  std::string catalog;    ///< oid of the catalogue that has the object, "0" for none
  std::string oid;        ///< the object's in that catalogue
  std::string tag;        ///< the object's name
  std::string desc;       ///< its kind: "TABLE DATA", "FUNCTION", …
  std::string definition;
  std::string copy_statement;
  std::string schema;
  std::string owner;
  std::size_t begin = 0;  ///< where its bytes are in the archive
  std::size_t end = 0;

  /// Not an object but how to restore: the encoding and the like, and the database itself.
  [[nodiscard]] bool is_setting() const;
  [[nodiscard]] bool is_table_data() const { return has_data && desc == "TABLE DATA"; }
  /// "TABLE DATA public.t", for messages.
  [[nodiscard]] std::string describe() const;
};

struct Archive {
  ArchiveHeader header;
  std::vector<TocEntry> entries;

  /// The first entry of that kind, or null.
  [[nodiscard]] const TocEntry* find(std::string_view desc) const;
  /// How many data blocks of tables are due.
  [[nodiscard]] std::size_t tables_with_data() const;
};

class ArchiveReader {
 public:
  /// Fills at most what it is given; 0 only at end of file.
  using Source = std::function<std::size_t(base::MutableBytes)>;
  struct Block {
    const TocEntry* entry;
    bool large_objects;  ///< a sequence of objects rather than one stream of bytes
  };

  /// Given each byte of the archive up to the end of its last block, in order and once it is known
  /// to belong there; by read_head() all of the head.
  using Echo = std::function<void(base::Bytes)>;

  /// `name` stands in messages.
  ArchiveReader(Source source, std::string name, Echo echo = {});

  /// Reads header and table of contents; call it first. Throws: base::Error: data (damaged or
  /// cut), unavailable (a version unknown to us).
  const Archive& read_head();
  /// What read_head() read.
  [[nodiscard]] const Archive& archive() const { return archive_; }

  /// The next data block; what is left of the one before is skipped. nullopt at the end of a whole
  /// archive: every block that is due was there to its end, and the end block, if one is due, has
  /// the right length and digest. Throws: base::Error (data).
  std::optional<Block> next_block();
  /// In a block of large objects: the next one's oid, nullopt after the last.
  std::optional<std::uint32_t> next_large_object();
  /// The next bytes of the block, or of the large object; empty at its end. Valid until the next
  /// call.
  base::Bytes next_piece();

  /// How many bytes of the archive are understood so far.
  [[nodiscard]] std::uint64_t position() const { return dropped_ + begin_; }
  /// Bytes of payload seen so far, for summaries.
  [[nodiscard]] std::uint64_t payload() const { return payload_; }

  /// Throws: base::Error (data): it is, here.
  [[noreturn]] void damaged(const std::string& what) const;

 private:
  enum class Where { between, in_bytes, before_object, in_object };

  [[noreturn]] void cut() const;
  bool fill();
  base::Bytes need(std::size_t count);
  base::Bytes take(std::size_t count);
  std::uint8_t take_byte() { return take(1)[0]; }
  int take_int();
  Method take_compression();
  std::string take_string();
  TocEntry take_entry();
  void settle_consumed();
  void require_end();
  void skip_block();
  [[nodiscard]] std::string place() const;

  Source source_;
  std::string name_;
  Echo echo_;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;    // of what is not consumed
  std::size_t end_ = 0;      // of what was read
  std::size_t settled_ = 0;  // up to here digest_ and echo_ know the buffer
  std::uint64_t dropped_ = 0;
  digest::Xxh3 digest_;
  Archive archive_;
  std::unordered_map<int, const TocEntry*> due_;
  const TocEntry* current_ = nullptr;
  Where where_ = Where::between;
  std::size_t piece_left_ = 0;
  std::uint64_t payload_ = 0;
};

}  // namespace sluice::pg
