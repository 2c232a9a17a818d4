#pragma once
// A dump as it comes in: what it is, told by its first bytes, and then all of it. One thread.

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "stream/input.hpp"

namespace sluice::pg {

enum class DumpKind { archive, sql, empty };

class DumpStream {
 public:
  /// Reads the first 8 KiB. Throws: base::Error (data) for what is no dump: compressed or
  /// encrypted data, a dump of a whole cluster or one that switches databases.
  explicit DumpStream(stream::Input& input);

  [[nodiscard]] DumpKind kind() const { return kind_; }
  [[nodiscard]] std::string_view head() const { return base::as_text(head_); }

  /// As Input::read, from the first byte on.
  [[nodiscard]] std::size_t read(base::MutableBytes into);
  [[nodiscard]] bool at_end() const { return at_end_ && given_ == head_.size(); }
  /// Is it shorter than `size` bytes? Reads ahead as many, and keeps them.
  [[nodiscard]] bool ends_within(std::size_t size);
  [[nodiscard]] const stream::Input& input() const { return input_; }
  /// Of plain SQL: throws base::Error (data) when it begins with acting on whole databases.
  void require_one_database() const;
  /// As Input::require_whole, for somebody who found that it ends as it should.
  void require_whole() const;
  [[nodiscard]] const std::string& name() const { return input_.name(); }

 private:
  stream::Input& input_;
  std::vector<std::uint8_t> head_;
  std::size_t given_ = 0;
  bool at_end_ = false;
  DumpKind kind_;
};

}  // namespace sluice::pg
