#include "stream/end_mark.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "stream/marks.hpp"

namespace sluice::stream {

using base::as_text;
using base::Bytes;

namespace {

constexpr std::string_view kAgeHead = "age-encryption.org/v1\n";
constexpr std::string_view kArmorHead = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::string_view kArmorEnd = "-----END AGE ENCRYPTED FILE-----";
constexpr std::size_t kTarMagicAt = 257;

bool starts_with(Bytes bytes, Bytes prefix) {
  return bytes.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

bool ends_with(Bytes bytes, Bytes suffix) {
  return bytes.size() >= suffix.size() &&
         std::equal(suffix.rbegin(), suffix.rend(), bytes.rbegin());
}

Judgement by_mark(bool marked, std::string format, std::string missing) {
  if (marked) return {Mark::whole, std::move(format), {}};
  return {Mark::cut, std::move(format), std::move(missing)};
}

Judgement judge_archive(Bytes head, Bytes tail, std::uint64_t length) {
  const std::string format = "custom-format archive";
  if (head.size() < 8 || head[7] != kArchiveRevision) {
    return {Mark::unknown, format, "stock pg_dump writes no end block"};
  }
  const auto end = decode_archive_end(tail);
  if (!end) return {Mark::cut, format, "the end block is missing"};
  const std::uint64_t before = length - kArchiveEndSize;
  if (end->length < before) return {Mark::unknown, format, "several archives in one stream"};
  return by_mark(end->length == before, format, "the end block tells another length");
}

}  // namespace

void EndMark::feed(Bytes bytes) {
  if (bytes.empty()) return;
  const bool head_was_full = head_size_ == head_.size();
  const std::size_t to_head = std::min(bytes.size(), head_.size() - head_size_);
  std::copy_n(bytes.begin(), to_head, head_.begin() + head_size_);
  head_size_ += to_head;
  length_ += bytes.size();

  const Bytes last = bytes.last(std::min(bytes.size(), tail_.size()));
  const std::size_t kept = std::min(tail_size_, tail_.size() - last.size());
  std::copy(tail_.begin() + (tail_size_ - kept), tail_.begin() + tail_size_, tail_.begin());
  std::copy(last.begin(), last.end(), tail_.begin() + kept);
  tail_size_ = kept + last.size();

  if (!head_was_full && head_size_ == head_.size()) {
    walker_ = walker_for_head();
    if (walker_) walker_->feed(head());
    bytes = bytes.subspan(to_head);
  }
  if (walker_) walker_->feed(bytes);
}

std::unique_ptr<Walker> EndMark::walker_for_head() const {
  const std::string_view text = as_text(head());
  if (text.size() > kTarMagicAt && text.substr(kTarMagicAt).starts_with("ustar")) return walk_tar();
  if (text.starts_with(kAgeHead)) return walk_age();
  for (const std::string kind : {"database", "database cluster"}) {
    if (text.starts_with("--\n-- PostgreSQL " + kind + " dump\n")) return walk_sql(kind);
  }
  return nullptr;
}

Judgement EndMark::judge() const {
  if (walker_) return walker_->judge();
  if (const auto walker = walker_for_head()) {
    walker->feed(head());
    return walker->judge();
  }
  const std::string_view text = as_text(head());
  if (text.starts_with("PGDMP")) return judge_archive(head(), tail(), length_);
  if (is_bgzf(head()))
    return by_mark(ends_with(tail(), kBgzfEnd), "BGZF", "the end member is missing");
  if (starts_with(head(), kZstdHead)) {
    return by_mark(ends_with(tail(), kZstdSeekableEnd), "seekable zstd",
                   "the seek table is missing");
  }
  if (text.starts_with(kArmorHead)) {
    const bool ended = base::trim(as_text(tail())).ends_with(kArmorEnd);
    return {ended ? Mark::unknown : Mark::cut, "armored age file",
            ended ? "age has no end mark that shows without the key" : "the last line is missing"};
  }
  if (text.starts_with("\x1f\x8b")) return {Mark::unknown, "gzip data", "gzip has no end mark"};
  if (text.starts_with("\x28\xb5\x2f\xfd"))
    return {Mark::unknown, "zstd data", "zstd has no end mark"};
  return {Mark::unknown, "unmarked data", {}};
}

}  // namespace sluice::stream
