#include "pg/slice_copy.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "pg/archive_output.hpp"

namespace sluice::pg {

using base::Bytes;

namespace {

// pg_restore -j skips over chunks of this size far faster than over rows.
constexpr std::size_t kChunk = 256 << 10;

// Cuts data into chunks, each behind its length.
class Chunks {
 public:
  explicit Chunks(const PutPiece& put) : put_(put) {}

  void append(Bytes bytes) {
    while (!bytes.empty()) {
      if (chunk_.capacity() == 0) chunk_ = base::Buffer(kChunk);
      const std::size_t count = std::min(bytes.size(), chunk_.space().size());
      chunk_.append(bytes.first(count));
      bytes = bytes.subspan(count);
      if (chunk_.space().empty()) flush();
    }
  }

  void flush() {
    if (chunk_.empty()) return;
    base::Buffer length(kIntSize);
    append_int(length, static_cast<std::uint32_t>(chunk_.size()));
    put_(std::move(length));
    put_(std::move(chunk_));
    chunk_ = base::Buffer();
  }

 private:
  const PutPiece& put_;
  base::Buffer chunk_;
};

// What is copied, into chunks: as it is, or deflated.
class Content {
 public:
  Content(const PutPiece& put, int level) : chunks_(put), level_(level) {
    if (level_ > 0) part_.emplace(level_);
  }

  void begin() {
    if (part_) chunks_.append(zip::zlib_head(level_));
  }
  void append(Bytes bytes) {
    if (part_) {
      part_->write(bytes, take_);
    } else {
      chunks_.append(bytes);
    }
  }
  // Of a part; its chunks are put.
  zip::ZlibSum finish() {
    const zip::ZlibSum sum = part_ ? part_->finish(take_) : zip::ZlibSum();
    chunks_.flush();
    return sum;
  }
  // Of the whole.
  void end() {
    if (part_) chunks_.append(zip::zlib_tail(part_->finish(take_)));
    chunks_.flush();
  }

 private:
  Chunks chunks_;
  int level_;
  std::optional<zip::ZlibPart> part_;
  const zip::ZlibPart::Take take_ = [this](Bytes deflated) { chunks_.append(deflated); };
};

void put_int(const PutPiece& put, std::uint32_t value) {
  base::Buffer buffer(kIntSize);
  append_int(buffer, value);
  put(std::move(buffer));
}

void put_block_head(const PutPiece& put, const Slice& slice) {
  base::Buffer buffer(1 + kIntSize);
  append_block_head(buffer, slice.large_objects, slice.id);
  put(std::move(buffer));
}

Copied copy_rows(const Slice& slice, DumpSession& session, int level, const PutPiece& put) {
  Content content(put, level);
  if (slice.first) {
    put_block_head(put, slice);
    content.begin();
  }
  const std::uint64_t rows =
      session.connection().copy_out(slice.copy, [&](Bytes piece) { content.append(piece); });
  if (slice.last) content.append(base::as_bytes("\\.\n\n\n"));
  return {content.finish(), rows};
}

// The rest of a large object, of which the first `offset` bytes are there.
void copy_rest(const std::string& oid, std::uint64_t offset, Connection& connection,
               Content& content) {
  std::size_t count = kChunk;
  while (count == kChunk) {
    const Rows rows =
        connection.query("SELECT pg_catalog.lo_get($1, $2, $3)",
                         {oid, std::to_string(offset), std::to_string(kChunk)}, RowFormat::binary);
    count = rows.bytes(0, 0).size();
    content.append(rows.bytes(0, 0));
    offset += count;
  }
}

std::vector<std::string> all_large_objects(Connection& connection) {
  const Rows rows =
      connection.query("SELECT oid FROM pg_catalog.pg_largeobject_metadata ORDER BY oid");
  std::vector<std::string> oids;
  for (int row = 0; row < rows.size(); ++row) oids.push_back(rows.text(row, 0));
  return oids;
}

void copy_large_objects(const Slice& slice, DumpSession& session, int level, const PutPiece& put) {
  constexpr std::size_t kBatch = 32;
  put_block_head(put, slice);
  Content content(put, level);
  Connection& connection = session.connection();
  const std::vector<std::string> all =
      slice.objects.empty() ? all_large_objects(connection) : slice.objects;
  for (std::size_t begin = 0; begin < all.size(); begin += kBatch) {
    const std::size_t end = std::min(begin + kBatch, all.size());
    std::string oids;
    for (std::size_t i = begin; i < end; ++i) oids += (oids.empty() ? "{" : ",") + all[i];
    const Rows rows = connection.query(
        "SELECT pg_catalog.lo_get(o, 0, $2) FROM unnest($1::pg_catalog.oid[]) WITH ORDINALITY"
        " AS u(o, n) ORDER BY n",
        {oids + "}", std::to_string(kChunk)}, RowFormat::binary);
    for (std::size_t i = begin; i < end; ++i) {
      const std::string& oid = all[i];
      put_int(put, static_cast<std::uint32_t>(base::parse_number(oid).value_or(0)));
      content.begin();
      const Bytes head = rows.bytes(static_cast<int>(i - begin), 0);
      content.append(head);
      if (head.size() == kChunk) copy_rest(oid, head.size(), connection, content);
      content.end();
      put_int(put, 0);
    }
  }
  put_int(put, 0);
}

}  // namespace

std::optional<Copied> copy_slice(const Slice& slice, DumpSession& session, int level,
                                 const PutPiece& put) {
  if (slice.large_objects) {
    copy_large_objects(slice, session, level, put);
    return Copied();
  }
  if (!session.lock(slice.table)) return std::nullopt;
  return copy_rows(slice, session, level, put);
}

void end_rows(const zip::ZlibSum& sum, int level, const PutPiece& put) {
  Chunks chunks(put);
  if (level > 0) chunks.append(zip::zlib_tail(sum));
  chunks.flush();
  put_int(put, 0);
}

}  // namespace sluice::pg
