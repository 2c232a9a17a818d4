#pragma once
// A custom-format archive on its way out: counted, hashed, and closed by its end block.

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "digest/xxh3.hpp"
#include "stream/sink.hpp"

namespace sluice::pg {

/// Takes the bytes of a stock archive; marks its header so that an end block is due. One thread.
class ArchiveOutput : public stream::Sink {
 public:
  explicit ArchiveOutput(stream::Sink& out) : out_(out) {}

  void write(base::Bytes bytes) override;
  /// Writes the end block: only when all that belongs to the archive was written.
  void finish() override;

 private:
  stream::Sink& out_;
  digest::Xxh3 digest_;
  std::uint64_t length_ = 0;
};

/// The framing of data blocks (pg_backup_custom.c), appended to `buffer`, which must have room:
/// an Int takes 5 bytes.
void append_int(base::Buffer& buffer, std::uint32_t value);
void append_block_head(base::Buffer& buffer, bool large_objects, int id);

inline constexpr std::size_t kIntSize = 5;

}  // namespace sluice::pg
