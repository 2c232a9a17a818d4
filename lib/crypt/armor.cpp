#include "crypt/armor.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "crypt/primitives.hpp"

namespace sluice::crypt {

using base::Bytes;

namespace {

constexpr std::string_view kFirstLine = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::string_view kLastLine = "-----END AGE ENCRYPTED FILE-----";
constexpr std::size_t kColumns = 64;
constexpr std::size_t kBytesPerLine = kColumns / 4 * 3;
constexpr std::size_t kMostSpace = 1024;
// Long enough to see that a line is too long, and to quote what stands there instead.
constexpr std::size_t kMostColumns = 80;

}  // namespace

bool looks_armored(Bytes head) { return base::trim(base::as_text(head)).starts_with("-----"); }

ArmorSource::ArmorSource(std::unique_ptr<PlainSource> text)
    : Source(text->input()), text_(std::move(text)), decoded_(256 * kBytesPerLine) {
  std::string first;
  while (base::trim(first).empty()) {
    if (text_->offset() > kMostSpace) damaged("too much white space before it");
    first = line();
  }
  if (first != kFirstLine) damaged("it does not begin with " + std::string(kFirstLine));
}

void ArmorSource::damaged(const std::string& reason) const {
  fail("the armor is damaged at byte " + std::to_string(line_at_) + ": " + reason);
}

// A line without its LF or CRLF; the file may end without one.
std::string ArmorSource::line() {
  line_at_ = text_->offset();
  std::string line;
  for (;;) {
    const std::string_view next = base::as_text(text_->peek());
    if (next.empty()) {
      if (!line.empty()) break;
      fail_at_end("the armor is cut after " + std::to_string(text_->offset()) + " bytes");
    }
    const std::size_t end = next.find('\n');
    line += next.substr(0, end);
    text_->skip(end == std::string_view::npos ? next.size() : end + 1);
    if (end != std::string_view::npos) break;
    if (line.size() > kMostColumns) break;
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

void ArmorSource::decode_line() {
  const std::string text = line();
  if (text == kLastLine) return read_trailing_space();
  if (last_line_) damaged("a short line is not the last one");
  if (text.empty()) damaged("an empty line");
  if (text.size() > kColumns) damaged("a line is longer than 64 columns");
  const auto bytes = unbase64(text, Padding::required);
  if (!bytes) damaged("a line is not canonical base64");
  last_line_ = bytes->size() < kBytesPerLine;
  decoded_.append(*bytes);
}

void ArmorSource::read_trailing_space() {
  ended_ = true;
  const std::uint64_t end = text_->offset();
  for (;;) {
    const Bytes next = text_->peek();
    if (next.empty()) return;
    line_at_ = text_->offset();
    if (!base::trim(base::as_text(next)).empty()) damaged("something follows it");
    if (line_at_ - end > kMostSpace) damaged("too much white space after it");
    text_->skip(next.size());
  }
}

Bytes ArmorSource::peek() {
  if (taken_ == decoded_.size()) {
    decoded_.clear();
    taken_ = 0;
    while (!ended_ && decoded_.space().size() >= kBytesPerLine) decode_line();
  }
  return decoded_.bytes().subspan(taken_);
}

void ArmorSource::skip(std::size_t count) {
  taken_ += count;
  advance(count);
}

ArmorSink::ArmorSink(stream::Sink& out) : out_(out), line_(kBytesPerLine) {
  out_.write(base::as_bytes(std::string(kFirstLine) + "\n"));
}

void ArmorSink::write(Bytes bytes) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), line_.space().size());
    line_.append(bytes.first(count));
    bytes = bytes.subspan(count);
    if (line_.space().empty()) {
      text += base64(line_.bytes(), Padding::required) + "\n";
      line_.clear();
    }
  }
  out_.write(base::as_bytes(text));
}

void ArmorSink::finish() {
  std::string text;
  if (!line_.empty()) text = base64(line_.bytes(), Padding::required) + "\n";
  out_.write(base::as_bytes(text + std::string(kLastLine) + "\n"));
  out_.finish();
}

}  // namespace sluice::crypt
