#include "pg/row_slices.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace sluice::pg {

using base::Bytes;

namespace {

constexpr std::string_view kEnd = "\\.\n\n\n";

// Is the newline at `at` the end of a row? Behind an odd number of backslashes it is part of it.
bool ends_row(std::string_view rows, std::size_t at) {
  const std::size_t before = rows.substr(0, at).find_last_not_of('\\');
  return before != std::string_view::npos && (at - before) % 2 == 1;
}

// Just behind the last row end, 0 when there is none for sure.
std::size_t behind_last_row(std::string_view rows) {
  std::size_t at = rows.rfind('\n');
  while (at != std::string_view::npos && !ends_row(rows, at)) {
    at = at == 0 ? std::string_view::npos : rows.rfind('\n', at - 1);
  }
  return at + 1;
}

}  // namespace

RowSlices::~RowSlices() {
  if (open_) close(std::make_exception_ptr(stream::Channel::Abandoned{}));
}

void RowSlices::append(Bytes bytes) {
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), slice_.space().size());
    slice_.append(bytes.first(count));
    bytes = bytes.subspan(count);
    if (!slice_.space().empty()) return;
    // What may be the end of the block stays here until more follows.
    const std::size_t safe = slice_.size() - kEnd.size();
    const std::size_t rows = behind_last_row(base::as_text(slice_.bytes().first(safe)));
    const std::size_t done = rows > 0 ? rows : safe;
    base::Buffer next(kSliceSize);
    next.append(slice_.bytes().subspan(done));
    slice_.shrink(done);
    put();
    slice_ = std::move(next);
    if (rows > 0) close();
  }
}

void RowSlices::put() {
  if (slice_.empty()) return;
  if (!open_) {
    open_ = std::make_shared<stream::Channel>(kSliceSize);
    start_(open_);
  }
  open_->put(std::move(slice_));
}

void RowSlices::close(std::exception_ptr error) {
  if (!open_) return;
  open_->close(std::move(error));
  open_.reset();
}

bool RowSlices::finish() {
  if (!base::as_text(slice_.bytes()).ends_with(kEnd)) return false;
  slice_.shrink(slice_.size() - kEnd.size());
  put();
  close();
  return true;
}

}  // namespace sluice::pg
