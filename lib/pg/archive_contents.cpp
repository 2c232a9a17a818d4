#include "pg/archive_contents.hpp"

#include <algorithm>
#include <string>

#include "pg/archive_output.hpp"

namespace sluice::pg {

using base::Bytes;

namespace {

// An entry begins with its id and whether it has data, and ends with its dependencies, an Int that
// closes them, and an offset.
constexpr std::size_t kHasDataAt = kIntSize;
constexpr std::size_t kOffsetSize = 9;

using Output = std::vector<std::uint8_t>;

void append(Output& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

// Dependencies are ids in decimal.
Output attached_indexes(const Archive& archive) {
  Output dependencies;
  for (const TocEntry& entry : archive.entries) {
    if (entry.desc != "INDEX ATTACH") continue;
    const std::string id = std::to_string(entry.id);
    base::Buffer length(kIntSize);
    append_int(length, static_cast<std::uint32_t>(id.size()));
    append(dependencies, length.bytes());
    append(dependencies, base::as_bytes(id));
  }
  return dependencies;
}

}  // namespace

Output contents_alone(Bytes head, const Archive& archive) {
  const Output attached = attached_indexes(archive);
  Output out;
  out.reserve(head.size());
  std::size_t done = 0;
  for (const TocEntry& entry : archive.entries) {
    append(out, head.subspan(done, entry.begin - done));
    const std::size_t begin = out.size();
    const Bytes bytes = head.subspan(entry.begin, entry.end - entry.begin);
    const std::size_t end_of_dependencies = bytes.size() - kOffsetSize - kIntSize;
    append(out, bytes.first(end_of_dependencies));
    if (entry.desc == "FK CONSTRAINT") append(out, attached);
    append(out, bytes.subspan(end_of_dependencies));
    if (entry.has_data) {
      std::fill_n(&out[begin + kHasDataAt], kIntSize, std::uint8_t{0});
      out[out.size() - kOffsetSize] = kNoData;
    }
    done = entry.end;
  }
  append(out, head.subspan(done));
  return out;
}

}  // namespace sluice::pg
