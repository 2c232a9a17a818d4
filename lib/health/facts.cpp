#include "health/facts.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

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

bool flag_of(const Json& line, const char* name, bool otherwise) {
  const auto found = line.find(name);
  if (found == line.end()) return otherwise;
  if (!found->is_boolean()) {
    throw Malformed{std::string("\"") + name + "\" is neither true nor false"};
  }
  return found->get<bool>();
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
    const std::string action = line.contains("action") ? text_of(line, "action") : "";
    if (action == "aborted") return;
    if (line.contains("started")) {
      facts_.leftovers.push_back({url, time_of(line, "started")});
      return;
    }
    if (action == "deleted") {
      planned_.insert(url);
      backups_.erase(url);
    } else if (!action.empty()) {
      add_plan(line, url, action == "delete");
    } else if (flag_of(line, "latest", true) && !flag_of(line, "deleted", false)) {
      add_object(line, url);
    }
  }

  static Backup backup_from(const Json& line, const std::string& url) {
    return {.url = url,
            .group = line.contains("group") ? text_of(line, "group") : "",
            .time = time_of(line, line.contains("time") ? "time" : "modified"),
            .size = size_of(line)};
  }

  void add_object(const Json& line, const std::string& url) {
    Backup object = backup_from(line, line.contains("set") ? text_of(line, "set") : url);
    if (planned_.contains(object.url)) return;
    const std::uint64_t size = std::exchange(object.size, 0);
    Backup& known = backups_.try_emplace(object.url, object).first->second;
    if (objects_.insert(url).second) known.size += size;
    // A receipt knows no group.
    if (known.group.empty() && !object.group.empty()) {
      known.group = object.group;
      known.time = object.time;
    }
  }

  // What a plan says of a backup stands for all that is said of its objects: it knows what is
  // whole, and what is not is no backup.
  void add_plan(const Json& line, const std::string& url, bool doomed) {
    Backup backup = backup_from(line, url);
    const bool whole = flag_of(line, "whole", true);
    if (doomed) {
      backup.doomed = line.contains("reason") ? text_of(line, "reason") : "";
    }
    planned_.insert(url);
    if (whole) {
      backups_.insert_or_assign(url, std::move(backup));
    } else {
      backups_.erase(url);
    }
  }

  Facts facts_;
  std::map<std::string, Backup> backups_;  // by URL
  std::set<std::string> objects_;
  std::set<std::string> planned_;
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
