#pragma once
// The shape of everything that takes a stream: a file, a compressor, an upload.

#include "base/bytes.hpp"

namespace sluice::stream {

/// write() any number of times, then finish() exactly once, when the stream is whole. A sink that
/// is destroyed without finish() leaves what it made visibly incomplete, or nothing.
class Sink {
 public:
  Sink() = default;
  virtual ~Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  /// Throws: base::Error.
  virtual void write(base::Bytes bytes) = 0;
  /// Makes the output complete and durable. Throws: base::Error; then it is neither.
  virtual void finish() = 0;
};

}  // namespace sluice::stream
