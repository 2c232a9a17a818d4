#pragma once
// A batch of chunks on its way through the payload's OrderedMap, and the buffers it uses.

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "crypt/chunk_cipher.hpp"

namespace sluice::crypt {

inline constexpr std::size_t kBatchChunks = 16;
/// Of a chunk that is held back, this many bytes are shown: a last chunk has at least a tag.
inline constexpr std::size_t kShownBytes = kTagSize / 2;

/// Chunk i begins at i * kSealedChunkSize in the buffer, encrypted or not, so that it is worked on
/// in place.
struct Batch {
  base::Buffer buffer;
  std::uint64_t first = 0;  ///< number of the first chunk
  std::size_t chunks = 0;
  std::size_t last_size = 0;  ///< bytes in the last chunk; those before it are full
  bool last = false;          ///< nothing follows
  std::string failure = {};   ///< what is wrong after these chunks

  [[nodiscard]] std::uint8_t* chunk(std::size_t i) { return buffer.data() + i * kSealedChunkSize; }
  [[nodiscard]] Place place(std::size_t i) const { return {first + i, last && i + 1 == chunks}; }
};

/// Buffers go round: fresh memory costs more than the cipher. Any thread.
class BatchBuffers {
 public:
  [[nodiscard]] base::Buffer take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return base::Buffer(kBatchChunks * kSealedChunkSize + kShownBytes);
    base::Buffer buffer = std::move(free_.back());
    free_.pop_back();
    return buffer;
  }
  void give_back(base::Buffer buffer) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(buffer));
  }

 private:
  std::mutex mutex_;
  std::vector<base::Buffer> free_;
};

}  // namespace sluice::crypt
