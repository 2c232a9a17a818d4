#include "s3prune_rules.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <ctime>

#include "base/text.hpp"

namespace sluice {

namespace {

retention::Policy policy_from(const cli::Args& args) {
  const auto count = [&](const char* rule) {
    return static_cast<std::size_t>(args.number(rule, 0, 0, 1'000'000));
  };
  retention::Policy policy{.last = count("keep-last"),
                           .hourly = count("keep-hourly"),
                           .daily = count("keep-daily"),
                           .weekly = count("keep-weekly"),
                           .monthly = count("keep-monthly"),
                           .yearly = count("keep-yearly"),
                           .match = args.values("keep-match")};
  if (const auto within = args.duration("keep-within")) {
    policy.within = std::chrono::seconds(*within);
  }
  return policy;
}

// Zones are the system's, by name; glibc would take any other word for UTC.
void require_zone(const std::string& zone) {
  if (zone == "UTC" || zone == "local") return;
  const char* directory = std::getenv("TZDIR");
  const std::string path =
      std::string(directory != nullptr ? directory : "/usr/share/zoneinfo") + "/" + zone;
  struct stat status {};
  if (zone.find("..") == std::string::npos && ::stat(path.c_str(), &status) == 0 &&
      S_ISREG(status.st_mode)) {
    return;
  }
  throw cli::usage_error("--tz: no such time zone: " + base::printable(zone),
                         "zones are named like Europe/Vienna and come with the package tzdata");
}

void enter_zone(const std::string& zone) {
  ::setenv("TZ", zone.c_str(), 1);
  ::tzset();
}

// A visit to another zone.
class InZone {
 public:
  explicit InZone(const std::string& zone) {
    if (const char* own = std::getenv("TZ")) own_ = own;
    enter_zone(zone);
  }
  ~InZone() {
    if (own_) {
      ::setenv("TZ", own_->c_str(), 1);
    } else {
      ::unsetenv("TZ");
    }
    ::tzset();
  }
  InZone(const InZone&) = delete;
  InZone& operator=(const InZone&) = delete;

 private:
  std::optional<std::string> own_;
};

}  // namespace

PruneRules rules_from(const cli::Args& args) {
  PruneRules rules{.policy = policy_from(args)};
  rules.wholeness.min_size = args.size("min-size").value_or(0);
  if (const auto members = args.value("members")) {
    rules.wholeness.members = base::split(*members, ',');
  }
  if (const auto limit = args.value("max-delete")) {
    const auto parsed = retention::Limit::parse(*limit);
    if (!parsed) throw cli::usage_error("--max-delete: neither a number nor a percentage");
    rules.limit = *parsed;
  }
  rules.zone = args.value("tz");
  if (rules.zone) require_zone(*rules.zone);
  return rules;
}

retention::Calendar calendar_of(const std::optional<std::string>& zone, OwnZone own_zone) {
  if (!zone || *zone == "UTC") return base::to_utc;
  if (*zone == "local") return base::to_local;
  if (own_zone == OwnZone::stays) {
    return [zone = *zone](base::Time time) {
      const InZone there(zone);
      return base::to_local(time);
    };
  }
  enter_zone(*zone);
  return base::to_local;
}

}  // namespace sluice
