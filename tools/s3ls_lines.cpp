#include "s3ls_lines.hpp"

#include <unistd.h>

#include "base/text.hpp"
#include "io/fd.hpp"

namespace sluice {

namespace {

constexpr std::size_t kFlushAt = 64 << 10;
constexpr std::size_t kSizeWidth = 11;

std::string right_aligned(std::string text, std::size_t width) {
  if (text.size() < width) text.insert(0, width - text.size(), ' ');
  return text;
}

std::string member(const char* name, const std::string& value) {
  return std::string(",\"") + name + "\":" + base::json_quote(value);
}

std::string boolean(const char* name, bool value) {
  return std::string(",\"") + name + "\":" + (value ? "true" : "false");
}

}  // namespace

LineFormat format_from(const cli::Args& args) {
  const int formats = int{args.has("long")} + int{args.has("json")} + int{args.has("null")};
  if (formats > 1) throw cli::usage_error("--long, --json and --null exclude each other");
  if (args.has("long")) return LineFormat::verbose;
  if (args.has("json")) return LineFormat::json;
  return args.has("null") ? LineFormat::nul : LineFormat::plain;
}

std::string Lines::facts(const store::Found& found, bool by_template) const {
  const store::Object& object = found.object;
  std::string json = member("key", object.key) + ",\"size\":" + std::to_string(object.size) +
                     member("modified", base::rfc3339(object.modified)) +
                     member("etag", object.etag);
  if (by_template) json += member("time", base::rfc3339(found.time));
  if (by_template && !found.match.group.empty()) json += member("group", found.match.group);
  if (!found.match.set.empty()) json += member("set", store::url_of(place_, found.match.set));
  return json;
}

void Lines::object(const store::Found& found, bool by_template) {
  size_ += found.object.size;
  line(store::url_of(place_, found.object.key),
       base::rfc3339(found.time) + right_aligned(base::human_size(found.object.size), kSizeWidth),
       facts(found, by_template));
}

void Lines::version(const store::Found& found, bool by_template, bool latest, bool deletion) {
  size_ += found.object.size;
  const std::string size = deletion ? "deleted" : base::human_size(found.object.size);
  line(store::url_of(place_, found.object.key),
       base::rfc3339(found.time) + right_aligned(size, kSizeWidth),
       facts(found, by_template) + member("version", found.object.version) +
           boolean("latest", latest) + boolean("deleted", deletion),
       found.object.version + " ");
}

void Lines::incomplete(const store::Incomplete& incomplete) {
  line(store::url_of(place_, incomplete.key), base::rfc3339(incomplete.started),
       member("key", incomplete.key) + member("upload", incomplete.id) +
           member("started", base::rfc3339(incomplete.started)));
}

void Lines::bucket(const std::string& name, base::Time created) {
  line("s3://" + name, base::rfc3339(created), member("created", base::rfc3339(created)));
}

// In plain lines control characters are escaped, so that no key can forge a line of its own; -0
// and --json tell every key exactly.
void Lines::line(const std::string& url, const std::string& verbose, const std::string& json,
                 const std::string& before_url) {
  const std::string name = before_url + url;
  switch (format_) {
    case LineFormat::plain: text_ += base::printable(name) + "\n"; break;
    case LineFormat::nul: (text_ += name) += '\0'; break;
    case LineFormat::verbose: text_ += verbose + "  " + base::printable(name) + "\n"; break;
    case LineFormat::json: text_ += "{\"url\":" + base::json_quote(url) + json + "}\n"; break;
  }
  ++count_;
  if (text_.size() >= kFlushAt) finish();
}

void Lines::finish() {
  io::write_all(STDOUT_FILENO, base::as_bytes(text_), "standard output");
  text_.clear();
}

void write_total(const std::string& thing, std::uint64_t count, std::uint64_t size,
                 LineFormat format) {
  const std::string text = format == LineFormat::json
                               ? "{\"" + thing + "s\":" + std::to_string(count) +
                                     ",\"size\":" + std::to_string(size) + "}"
                               : std::to_string(count) + " " + thing + (count == 1 ? ", " : "s, ") +
                                     base::human_size(size);
  io::write_all(STDOUT_FILENO, base::as_bytes(text + "\n"), "standard output");
}

}  // namespace sluice
