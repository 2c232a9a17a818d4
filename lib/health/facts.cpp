#include "health/facts.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sluice::health {

using base::Error;
using base::Exit;
using Json = nlohmann::json;

namespace {

struct Malformed {
  std::string reason;
};

std::string text_of(const Json& line, const char* name) {
  const auto found = line.find(name);
  if (found == line.end() || !found->is_string()) {
    throw Malformed{std::string("has no text \"") + name + "\""};
  }
  return found->get<std::string>();
}

base::Time time_of(const Json& line, const char* name) {
  const auto time = base::parse_time(text_of(line, name));
  if (!time) throw Malformed{std::string("\"") + name + "\" is not a time"};
  return *time;
}

std::uint64_t size_of(const Json& line) {
  const auto found = line.find("size");
  if (found == line.end() || !found->is_number_unsigned()) {
    throw Malformed{"\"size\" is not a number of bytes"};
  }
  return found->get<std::uint64_t>();
}

class Collector {
 public:
  void add(std::string_view line) {
    if (line.front() == '{') {
      add_json(line);
    } else {
      add_mark(line);
    }
  }

  Facts take() {
    for (auto& [url, backup] : backups_) facts_.backups.push_back(std::move(backup));
    return std::move(facts_);
  }

 private:
  void add_mark(std::string_view line) {
    const std::size_t space = line.find(' ');
    const auto time = base::parse_time(line.substr(0, space));
    const std::string_view rest =
        space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
    if (!time || (rest != "OK" && !rest.starts_with("OK "))) {
      throw Malformed{"neither a mark (TIME OK) nor a JSON object"};
    }
    facts_.marks.push_back({*time, std::string(base::trim(rest.substr(2)))});
  }

  void add_json(std::string_view text) {
    const Json line = Json::parse(text, nullptr, false);
    if (!line.is_object()) throw Malformed{"broken JSON"};
    const std::string url = text_of(line, "url");
    if (line.contains("started")) {
      facts_.leftovers.push_back({url, time_of(line, "started")});
      return;
    }
    const bool planned = line.contains("action");
    if (!planned || line.contains("size")) add_object(line, url);
    if (planned && text_of(line, "action") == "delete") {
      const auto backup = backups_.find(set_of(line, url));
      if (backup != backups_.end()) {
        backup->second.doomed = line.contains("reason") ? text_of(line, "reason") : "";
      }
    }
  }

  static std::string set_of(const Json& line, const std::string& url) {
    return line.contains("set") ? text_of(line, "set") : url;
  }

  void add_object(const Json& line, const std::string& url) {
    const base::Time time = time_of(line, line.contains("time") ? "time" : "modified");
    const std::uint64_t size = size_of(line);
    const std::string group = line.contains("group") ? text_of(line, "group") : "";
    if (!objects_.insert(url).second) return;
    const std::string name = set_of(line, url);
    Backup& backup = backups_.try_emplace(name, Backup{name, group, time}).first->second;
    backup.size += size;
  }

  Facts facts_;
  std::map<std::string, Backup> backups_;  // by URL
  std::set<std::string> objects_;
};

}  // namespace

Facts parse_facts(std::string_view text) {
  Collector collector;
  std::size_t number = 0;
  for (const std::string& each : base::split(text, '\n')) {
    ++number;
    const std::string_view line = base::trim(each);
    if (line.empty()) continue;
    try {
      collector.add(line);
    } catch (const Malformed& malformed) {
      throw Error(Exit::data, "line " + std::to_string(number) + ": " + malformed.reason,
                  "facts come from s3ls --json, s3prune --json, s3put --receipt or sentinel mark");
    }
  }
  return collector.take();
}

}  // namespace sluice::health
