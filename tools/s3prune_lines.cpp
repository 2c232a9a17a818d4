#include "s3prune_lines.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"
#include "io/fd.hpp"

namespace sluice {

namespace {

constexpr std::size_t kFlushAt = 64 << 10;
constexpr std::size_t kActionWidth = 8;

std::string padded(std::string text) {
  text.resize(std::max(text.size(), kActionWidth), ' ');
  return text;
}

std::string member(const char* name, const std::string& value) {
  return std::string(",\"") + name + "\":" + base::json_quote(value);
}

std::string head(const std::string& action, const std::string& url) {
  return "{\"action\":" + base::json_quote(action) + member("url", url);
}

}  // namespace

void PruneLines::backup(const store::Location& place, const Decision& decision,
                        const std::string& action) {
  const store::Backup& backup = decision.backup;
  const std::string url = store::url_of(place, backup.name);
  if (format_ == Format::text) {
    return add(padded(action) + base::rfc3339(backup.time) + "  " + base::printable(url) + "  (" +
               base::printable(decision.reason()) + ")");
  }
  add(head(action, url) + member("key", backup.name) + member("time", base::rfc3339(backup.time)) +
      member("group", backup.group) + ",\"size\":" + std::to_string(backup.size) + ",\"objects\":" +
      std::to_string(backup.keys().size()) + ",\"whole\":" + (decision.whole ? "true" : "false") +
      member("reason", decision.reason()) + "}");
}

void PruneLines::incomplete(const store::Location& place, const store::Incomplete& incomplete,
                            const std::string& action) {
  const std::string url = store::url_of(place, incomplete.key);
  const std::string time = base::rfc3339(incomplete.started);
  if (format_ == Format::text) {
    return add(padded(action) + time + "  " + base::printable(url));
  }
  add(head(action, url) + member("key", incomplete.key) + member("upload", incomplete.id) +
      member("started", time) + "}");
}

void PruneLines::add(const std::string& line) {
  text_ += line + "\n";
  if (text_.size() >= kFlushAt) flush();
}

void PruneLines::flush() {
  io::write_all(STDOUT_FILENO, base::as_bytes(text_), "standard output");
  text_.clear();
}

}  // namespace sluice
