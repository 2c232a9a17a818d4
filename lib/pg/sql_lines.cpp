#include "pg/sql_lines.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace sluice::pg {

namespace {

constexpr std::string_view kEndOfRows = "\\.";

// "COPY … FROM stdin;" or the last line of it.
bool begins_rows(std::string_view line) {
  line = base::trim(line);
  constexpr std::string_view kFrom = "from stdin";
  constexpr std::size_t kMost = 200;  // options of COPY may follow
  const std::string tail = base::lower(line.substr(line.size() - std::min(line.size(), kMost)));
  return tail.ends_with(';') && tail.find(kFrom) != std::string::npos;
}

}  // namespace

void SqlLines::append(base::Bytes bytes) {
  std::string_view text = base::as_text(bytes);
  while (!text.empty()) {
    text.remove_prefix(in_ == In::line ? take_line(text) : take_rows(text));
  }
}

// Up to the end of a line outside of rows; how many bytes.
std::size_t SqlLines::take_line(std::string_view text) {
  const std::size_t newline = text.find('\n');
  const std::size_t count = newline == std::string_view::npos ? text.size() : newline + 1;
  line_ += text.substr(0, count);
  const bool ended = newline != std::string_view::npos;
  if (line_.size() > kLongestLine) {
    rest_(base::as_bytes(std::exchange(line_, {})));
    if (!ended) in_ = In::long_line;
  } else if (ended) {
    end_line();
  }
  return count;
}

void SqlLines::end_line() {
  const std::string line = std::exchange(line_, {});
  if (begins_rows(line)) in_ = In::rows;
  take_line_(line);
}

// Up to the end of the rows, or of a long line; how many bytes.
std::size_t SqlLines::take_rows(std::string_view text) {
  std::size_t done = 0;
  while (done < text.size() && in_ != In::line) {
    const std::size_t newline = text.find('\n', done);
    const std::size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
    const std::size_t wanted =
        kEndOfRows.size() + 2 - std::min(line_.size(), kEndOfRows.size() + 2);
    line_ += text.substr(done, std::min(wanted, end - done));
    done = end;
    if (newline == std::string_view::npos) break;
    if (in_ == In::long_line || base::trim(line_) == kEndOfRows) in_ = In::line;
    line_.clear();
  }
  rest_(base::as_bytes(text.substr(0, done)));
  return done;
}

void SqlLines::finish() {
  if (in_ == In::line && !line_.empty()) end_line();
}

}  // namespace sluice::pg
