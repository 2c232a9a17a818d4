#pragma once
// The head of an archive, made into an archive of its own: for pg_restore to create from it all
// that is not data, section by section.

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "pg/archive.hpp"

namespace sluice::pg {

/// `head`, as ArchiveReader::read_head() found it to say `archive`, without the promise of data
/// blocks. Foreign keys come to depend on attached indexes, because `pg_restore -j` does not know
/// that the two lock each other out.
[[nodiscard]] std::vector<std::uint8_t> contents_alone(base::Bytes head, const Archive& archive);

}  // namespace sluice::pg
