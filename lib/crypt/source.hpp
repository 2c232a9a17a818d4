#pragma once
// The bytes of an age file as they are pulled from an input: header lines first, then the payload
// in large pieces. Armor is recognised and taken off on the way. One thread.

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "stream/input.hpp"

namespace sluice::crypt {

class Source {
 public:
  explicit Source(stream::Input& input) : input_(input) {}
  virtual ~Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// The next bytes, at least one of them; none at the end.
  [[nodiscard]] virtual base::Bytes peek() = 0;
  /// Takes `count` of the bytes that peek() showed.
  virtual void skip(std::size_t count) = 0;
  /// Reads until `into` is full or the file ends.
  [[nodiscard]] virtual std::size_t read_full(base::MutableBytes into);

  /// The next line without its line feed. Throws: base::Error (data) when it is longer than
  /// `limit` or the file ends in it.
  [[nodiscard]] std::string read_line(std::size_t limit);

  /// Bytes taken so far, without armor.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  [[nodiscard]] stream::Input& input() const { return input_; }
  [[nodiscard]] virtual bool armored() const { return false; }

  /// Throws: base::Error (data) "input: problem"; if the input ended too early because its writer
  /// failed, that is said instead.
  [[noreturn]] void fail(const std::string& problem) const;
  [[noreturn]] void fail_at_end(const std::string& problem) const;

 protected:
  void advance(std::size_t count) { offset_ += count; }

 private:
  stream::Input& input_;
  std::uint64_t offset_ = 0;
};

/// `input` from its first byte; it must outlive the result. Throws: base::Error (data) when it is
/// empty.
[[nodiscard]] std::unique_ptr<Source> open_source(stream::Input& input);

/// The input as it is, behind a small buffer.
class PlainSource : public Source {
 public:
  explicit PlainSource(stream::Input& input) : Source(input), buffer_(kBufferSize) {}

  [[nodiscard]] base::Bytes peek() override;
  void skip(std::size_t count) override;
  [[nodiscard]] std::size_t read_full(base::MutableBytes into) override;

 private:
  static constexpr std::size_t kBufferSize = 16 << 10;
  base::Buffer buffer_;
  std::size_t taken_ = 0;
};

}  // namespace sluice::crypt
