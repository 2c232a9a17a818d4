#include "pg/object_slices.hpp"

#include <algorithm>
#include <utility>

#include "pg/row_slices.hpp"

namespace sluice::pg {

namespace {

// The server keeps objects in rows of this size (LOBLKSIZE), which two sessions must not share.
constexpr std::size_t kPage = 2 << 10;

std::size_t whole_pages(std::size_t size) { return size / kPage * kPage; }

}  // namespace

void ObjectSlices::begin(std::uint32_t oid) {
  oid_ = oid;
  offset_ = 0;
}

void ObjectSlices::append(base::Bytes bytes) {
  while (!bytes.empty()) {
    const bool continues = !slice_.parts.empty() && slice_.parts.back().oid == oid_;
    const std::size_t had = continues ? slice_.parts.back().size : 0;
    const std::size_t room = whole_pages(had + slice_.bytes.space().size()) - had;
    if (slice_.bytes.capacity() == 0 || room == 0) {
      finish();
      slice_.bytes = base::Buffer(kSliceSize);
      continue;
    }
    if (!continues) slice_.parts.push_back({oid_, offset_, slice_.bytes.size(), 0});
    const std::size_t count = std::min(bytes.size(), room);
    slice_.bytes.append(bytes.first(count));
    slice_.parts.back().size += count;
    offset_ += count;
    bytes = bytes.subspan(count);
  }
}

void ObjectSlices::finish() {
  if (slice_.parts.empty()) return;
  put_(std::exchange(slice_, {}));
}

}  // namespace sluice::pg
