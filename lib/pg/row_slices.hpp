#pragma once
// The rows of a table, as COPY writes them in text, cut at row ends into slices that can each be a
// COPY of their own.

#include <functional>
#include <memory>

#include "base/bytes.hpp"
#include "stream/channel.hpp"

namespace sluice::pg {

inline constexpr std::size_t kSliceSize = 4 << 20;  ///< bytes

/// One thread's.
class RowSlices {
 public:
  /// Given each slice as it begins. A row that is longer than a slice is still coming then.
  using Start = std::function<void(std::shared_ptr<stream::Channel>)>;

  explicit RowSlices(Start start) : start_(std::move(start)) {}
  /// A slice that has begun ends with stream::Channel::Abandoned unless finish() was called.
  ~RowSlices();
  RowSlices(const RowSlices&) = delete;
  RowSlices& operator=(const RowSlices&) = delete;

  /// The next bytes of the data block. Throws: stream::Channel::Abandoned, and what `start` throws.
  void append(base::Bytes bytes);
  /// The block has ended. False when it does not end as rows do in an archive: "\.\n\n\n".
  [[nodiscard]] bool finish();

 private:
  void put();
  void close(std::exception_ptr error = nullptr);

  Start start_;
  base::Buffer slice_{kSliceSize};
  std::shared_ptr<stream::Channel> open_;
};

}  // namespace sluice::pg
