#pragma once
// Plain SQL as it streams by, told apart as far as lines go: those that may be commands to psql,
// and all else, the rows of COPY above all.

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"

namespace sluice::pg {

/// One thread's. Memory: one line of at most kLongestLine.
class SqlLines {
 public:
  static constexpr std::size_t kLongestLine = 1 << 20;  ///< bytes; a longer one is no command

  /// A whole line outside of rows, with its newline if it has one.
  using TakeLine = std::function<void(std::string_view)>;
  /// All else, in pieces as they come.
  using TakeRest = std::function<void(base::Bytes)>;

  SqlLines(TakeLine line, TakeRest rest) : take_line_(std::move(line)), rest_(std::move(rest)) {}

  /// Throws: what the takers throw.
  void append(base::Bytes bytes);
  /// There is no more. Throws: what the takers throw.
  void finish();

 private:
  enum class In { line, long_line, rows };

  [[nodiscard]] std::size_t take_rows(std::string_view text);
  [[nodiscard]] std::size_t take_line(std::string_view text);
  void end_line();

  TakeLine take_line_;
  TakeRest rest_;
  In in_ = In::line;
  std::string line_;  // so far; of a row only its first bytes
};

}  // namespace sluice::pg
