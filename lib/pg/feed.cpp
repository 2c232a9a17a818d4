#include "pg/feed.hpp"

#include <algorithm>
#include <utility>

#include "pg/client.hpp"

namespace sluice::pg {

using base::Bytes;

Feed::Feed(const std::vector<std::string>& argv,
           const std::map<std::string, std::string>& environment, std::size_t hold_back,
           EarlyEnd early_end, Explain explain)
    : child_(argv,
             {.pipe_stdin = true, .capture_stderr = true, .environment = in_english(environment)}),
      hold_back_(hold_back),
      early_end_(early_end),
      explain_(std::move(explain)) {}

void Feed::write(Bytes bytes) {
  const std::size_t total = held_.size() + bytes.size();
  const std::size_t free = total > hold_back_ ? total - hold_back_ : 0;
  const std::size_t from_held = std::min(free, held_.size());
  pass(Bytes(held_).first(from_held));
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(from_held));
  pass(bytes.first(free - from_held));
  bytes = bytes.subspan(free - from_held);
  held_.insert(held_.end(), bytes.begin(), bytes.end());
}

void Feed::pass(Bytes bytes) {
  if (!child_.input()) return;
  try {
    io::write_all(child_.input().get(), bytes, child_.name());
  } catch (const io::BrokenPipe&) {
    if (early_end_ == EarlyEnd::refused || !child_.wait().ok()) fail();
    child_.input().reset();
  }
}

void Feed::fail() {
  const io::ChildStatus status = child_.wait();
  throw explain_(child_.error_text(), status);
}

void Feed::finish() {
  pass(held_);
  held_.clear();
  child_.input().reset();
  if (!child_.wait().ok()) fail();
}

}  // namespace sluice::pg
