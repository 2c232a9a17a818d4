#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "stream/end_mark.hpp"

namespace sluice::stream {

using base::Bytes;

namespace {

constexpr std::size_t kLongestOfInterest = 64;
constexpr std::string_view kCopy = "COPY ";
constexpr std::string_view kEndOfRows = "\\.";
constexpr std::string_view kFromStdin = " FROM stdin;";

// The beginning and the end of a line, which may be longer than memory.
class Line {
 public:
  void add(std::string_view part) {
    start_ += part.substr(0, kLongestOfInterest - start_.size());
    end_ += part.substr(part.size() - std::min(part.size(), kFromStdin.size()));
    end_.erase(0, end_.size() - std::min(end_.size(), kFromStdin.size()));
    length_ += part.size();
  }
  void clear() { *this = Line(); }
  [[nodiscard]] bool empty() const { return length_ == 0; }
  [[nodiscard]] bool is(std::string_view text) const {
    return length_ == text.size() && start_ == text;
  }
  [[nodiscard]] bool starts_with(std::string_view text) const { return start_.starts_with(text); }
  [[nodiscard]] bool opens_copy() const { return starts_with(kCopy) && end_ == kFromStdin; }

 private:
  std::string start_;
  std::string end_;
  std::uint64_t length_ = 0;
};

// Rows of a table may read like the end of a dump, so the walker knows where rows are: between
// `COPY … FROM stdin;` and `\.`.
class SqlWalker : public Walker {
 public:
  explicit SqlWalker(std::string kind)
      : complete_line_("-- PostgreSQL " + std::move(kind) + " dump complete") {}

  void feed(Bytes bytes) override {
    std::string_view text = base::as_text(bytes);
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view part = text.substr(0, end);
      if (in_copy_ && line_.empty() && end < text.size()) {
        in_copy_ = part != kEndOfRows;  // most lines are rows
      } else {
        line_.add(part);
        if (end == text.size()) return;
        take_line();
        line_.clear();
      }
      text.remove_prefix(end + 1);
    }
  }

  [[nodiscard]] Judgement judge() const override {
    const std::string format = "plain SQL dump";
    if (complete_ && line_.empty()) return {Mark::whole, format, {}};
    return {Mark::cut, format,
            in_copy_ ? "it ends within the rows of a table"
                     : "the \"dump complete\" comment is missing"};
  }

 private:
  void take_line() {
    if (in_copy_) {
      in_copy_ = !line_.is(kEndOfRows);
    } else if (line_.is(complete_line_)) {
      complete_ = true;
    } else if (!line_.empty() && !line_.is("--") && !line_.starts_with("\\unrestrict ")) {
      complete_ = false;
      in_copy_ = line_.opens_copy();
    }
  }

  std::string complete_line_;
  Line line_;
  bool in_copy_ = false;
  bool complete_ = false;
};

}  // namespace

std::unique_ptr<Walker> walk_sql(std::string kind) {
  return std::make_unique<SqlWalker>(std::move(kind));
}

}  // namespace sluice::stream
