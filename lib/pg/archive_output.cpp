#include "pg/archive_output.hpp"

#include <array>

#include "stream/marks.hpp"

namespace sluice::pg {

using base::Bytes;

namespace {

constexpr std::size_t kRevisionAt = 7;

}  // namespace

void ArchiveOutput::write(Bytes bytes) {
  if (length_ <= kRevisionAt && length_ + bytes.size() > kRevisionAt) {
    const std::array revision{stream::kArchiveRevision};
    const std::size_t at = kRevisionAt - length_;
    for (const Bytes part : {bytes.first(at), Bytes(revision)}) {
      digest_.update(part);
      out_.write(part);
    }
    length_ = kRevisionAt + 1;
    bytes = bytes.subspan(at + 1);
  }
  digest_.update(bytes);
  length_ += bytes.size();
  out_.write(bytes);
}

void ArchiveOutput::finish() {
  out_.write(stream::encode({length_, digest_.value()}));
  out_.finish();
}

void append_int(base::Buffer& buffer, std::uint32_t value) {
  // An oid beyond 2^31 is a negative Int there.
  const bool negative = value > 0x7fffffff;
  std::array<std::uint8_t, kIntSize> bytes{static_cast<std::uint8_t>(negative)};
  base::store_le(&bytes[1], negative ? 0U - value : value);
  buffer.append(bytes);
}

void append_block_head(base::Buffer& buffer, bool large_objects, int id) {
  const std::array<std::uint8_t, 1> type{static_cast<std::uint8_t>(large_objects ? 3 : 1)};
  buffer.append(type);
  append_int(buffer, static_cast<std::uint32_t>(id));
}

}  // namespace sluice::pg
