#pragma once
// What begins like X must end like X: the second layer of the stream contract. A watcher that
// sees every byte go by, recognises the format from its head, and says at the end whether the
// stream ended the way its kind ends.

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.hpp"

namespace sluice::stream {

enum class Mark {
  whole,    ///< it ends as its kind ends
  cut,      ///< it does not: refused whoever vouches for it
  unknown,  ///< this format cannot tell
};

struct Judgement {
  Mark mark;
  std::string format;  ///< what it looks like: "plain SQL dump", "BGZF", "unmarked data", …
  std::string reason;  ///< why it is cut or unknown; may be empty
};

/// A format that has to be followed all the way, because its end alone does not show.
class Walker {
 public:
  Walker() = default;
  virtual ~Walker() = default;
  Walker(const Walker&) = delete;
  Walker& operator=(const Walker&) = delete;
  virtual void feed(base::Bytes bytes) = 0;
  [[nodiscard]] virtual Judgement judge() const = 0;
};

/// POSIX tar: headers are walked to two zero blocks at a header position.
[[nodiscard]] std::unique_ptr<Walker> walk_tar();
/// age: the payload's length must be possible (C2SP age.md, 64 KiB chunks with a 16-byte tag).
[[nodiscard]] std::unique_ptr<Walker> walk_age();
/// Plain SQL of pg_dump ("database") or pg_dumpall ("database cluster"): the comment that says
/// "dump complete" comes last, and not among the rows of a table.
[[nodiscard]] std::unique_ptr<Walker> walk_sql(std::string kind);

class EndMark {
 public:
  void feed(base::Bytes bytes);
  [[nodiscard]] Judgement judge() const;
  /// The first bytes, up to 512.
  [[nodiscard]] base::Bytes head() const { return base::Bytes(head_).first(head_size_); }

 private:
  [[nodiscard]] base::Bytes tail() const { return base::Bytes(tail_).first(tail_size_); }
  [[nodiscard]] std::unique_ptr<Walker> walker_for_head() const;

  std::array<std::uint8_t, 512> head_{};
  std::size_t head_size_ = 0;
  std::array<std::uint8_t, 512> tail_{};
  std::size_t tail_size_ = 0;
  std::uint64_t length_ = 0;
  std::unique_ptr<Walker> walker_;
};

}  // namespace sluice::stream
