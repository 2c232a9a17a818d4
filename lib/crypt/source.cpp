#include "crypt/source.hpp"

#include <algorithm>
#include <cstring>

#include "crypt/armor.hpp"

namespace sluice::crypt {

using base::Bytes;
using base::Error;
using base::Exit;

std::size_t Source::read_full(base::MutableBytes into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const Bytes next = peek();
    if (next.empty()) break;
    const std::size_t count = std::min(next.size(), into.size() - filled);
    std::memcpy(into.data() + filled, next.data(), count);
    filled += count;
    skip(count);
  }
  return filled;
}

std::string Source::read_line(std::size_t limit) {
  std::string line;
  const std::uint64_t start = offset_;
  for (;;) {
    const std::string_view next = base::as_text(peek());
    if (next.empty()) {
      fail_at_end("the header is cut after " + std::to_string(offset_) + " bytes");
    }
    const std::size_t end = next.find('\n');
    line += next.substr(0, end);
    if (line.size() > limit) {
      fail("the header is damaged at byte " + std::to_string(start) + ": a line is too long");
    }
    skip(end == std::string_view::npos ? next.size() : end + 1);
    if (end != std::string_view::npos) return line;
  }
}

void Source::fail(const std::string& problem) const {
  throw Error(Exit::data, input_.name() + ": " + problem);
}

void Source::fail_at_end(const std::string& problem) const {
  input_.require_writers_finished();
  fail(problem);
}

std::unique_ptr<Source> open_source(stream::Input& input) {
  auto plain = std::make_unique<PlainSource>(input);
  if (plain->peek().empty()) {
    input.require_whole();
    plain->fail("empty, not an age file");
  }
  if (!looks_armored(plain->peek())) return plain;
  return std::make_unique<ArmorSource>(std::move(plain));
}

Bytes PlainSource::peek() {
  if (taken_ == buffer_.size()) {
    buffer_.clear();
    taken_ = 0;
    buffer_.grow(input().read(buffer_.space()));
  }
  return buffer_.bytes().subspan(taken_);
}

void PlainSource::skip(std::size_t count) {
  taken_ += count;
  advance(count);
}

std::size_t PlainSource::read_full(base::MutableBytes into) {
  const Bytes buffered = buffer_.bytes().subspan(taken_);
  const std::size_t first = std::min(buffered.size(), into.size());
  if (first > 0) std::memcpy(into.data(), buffered.data(), first);
  taken_ += first;
  const std::size_t filled = first + input().read_full(into.subspan(first));
  advance(filled);
  return filled;
}

}  // namespace sluice::crypt
