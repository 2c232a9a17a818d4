#include "zip/chunk_reader.hpp"

#include <algorithm>
#include <utility>

namespace sluice::zip {

namespace {

constexpr std::size_t kChunk = 512 << 10;
constexpr int kPauseMs = 20;

}  // namespace

void ChunkReader::consume(std::size_t count) {
  view_ = view_.subspan(count);
  offset_ += count;
}

bool ChunkReader::more() {
  auto next = std::make_shared<base::Buffer>(view_.size() + std::max(kChunk, view_.size()));
  next->append(view_);
  const std::size_t count = in_.read_until_pause(next->space(), kPauseMs);
  next->grow(count);
  chunk_ = std::move(next);
  view_ = chunk_->bytes();
  return count > 0;
}

bool ChunkReader::require(std::size_t count) {
  while (view_.size() < count) {
    if (!more()) return false;
  }
  return true;
}

}  // namespace sluice::zip
