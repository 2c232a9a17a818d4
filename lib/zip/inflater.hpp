#pragma once
// Inflates what is deflated, a stream at a time, in memory that does not grow.

#include <memory>
#include <optional>
#include <string>

#include "base/bytes.hpp"

struct z_stream_s;

namespace sluice::zip {

/// One thread's.
class Inflater {
 public:
  /// What stands around the deflated data: RFC 1950, or a member as RFC 1952 has it.
  enum class Wrapping { zlib, gzip };

  explicit Inflater(Wrapping wrapping);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Takes from the front of `from` and fills `into`: how many bytes. 0 when it needs more, or at
  /// the end of the stream. nullopt when the stream is damaged where `from` begins then.
  [[nodiscard]] std::optional<std::size_t> read(base::Bytes& from, base::MutableBytes into);
  [[nodiscard]] bool ended() const { return ended_; }
  /// What is damaged.
  [[nodiscard]] std::string reason() const;
  /// The next stream begins.
  void reset();

 private:
  std::unique_ptr<z_stream_s> stream_;
  bool ended_ = false;
};

}  // namespace sluice::zip
