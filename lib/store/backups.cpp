#include "store/backups.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/glob.hpp"
#include "base/text.hpp"

namespace sluice::store {

namespace {

// The object that a manifest of this name describes; "" for the name of none.
std::string described_by(const std::string& key) {
  if (!key.ends_with(kManifestEnding)) return {};
  return key.substr(0, key.size() - (sizeof kManifestEnding - 1));
}

class Collector {
 public:
  explicit Collector(const Template& pattern) : pattern_(pattern) {}

  void add(Object&& object) {
    auto match = pattern_.match(object.key);
    if (match) {
      add_backup(std::move(object), *match);
    } else if (std::string described = described_by(object.key); !described.empty()) {
      if (pattern_.match(described)) manifests_.insert(std::move(described));
    }
  }

  Backups finish(const Wholeness& wholeness) && {
    Backups backups;
    for (auto& [group, by_name] : groups_) {
      std::vector<Backup>& all = backups[group];
      for (auto& [name, backup] : by_name) {
        backup.manifest = manifests_.contains(name);
        all.push_back(std::move(backup));
      }
      by_name.clear();
      std::stable_sort(all.begin(), all.end(),
                       [](const Backup& a, const Backup& b) { return a.time < b.time; });
      judge(all, wholeness);
    }
    return backups;
  }

 private:
  void add_backup(Object&& object, const Match& match) {
    const bool in_set = !match.set.empty();
    Backup& backup = groups_[match.group][in_set ? match.set : object.key];
    backup.name = in_set ? match.set : object.key;
    backup.time = match.time.value_or(object.modified);
    backup.size += object.size;
    if (in_set) backup.members.push_back(std::move(object.key));
  }

  static void judge(std::vector<Backup>& group, const Wholeness& wholeness) {
    const bool manifests = std::any_of(group.begin(), group.end(), has_manifest);
    for (Backup& backup : group) {
      if (backup.size < wholeness.min_size) {
        backup.defect = base::human_size(backup.size) + " are less than " +
                        base::human_size(wholeness.min_size);
      } else if (const std::string glob = missing_member(backup, wholeness); !glob.empty()) {
        backup.defect = "no member " + glob;
      } else if (const std::string key = manifests ? undescribed(backup) : ""; !key.empty()) {
        backup.defect = "no manifest" + (backup.members.empty() ? "" : " of " + key);
      }
    }
  }

  static bool has_manifest(const Backup& backup) {
    const auto& members = backup.members;
    return backup.manifest || std::any_of(members.begin(), members.end(), [&](const auto& key) {
             return contains(members, described_by(key));
           });
  }

  static bool contains(const std::vector<std::string>& keys, const std::string& key) {
    return !key.empty() && std::find(keys.begin(), keys.end(), key) != keys.end();
  }

  // An object of the backup that lacks its manifest, as the backup's own name for it.
  static std::string undescribed(const Backup& backup) {
    if (backup.members.empty()) return backup.manifest ? "" : backup.name;
    for (const std::string& key : backup.members) {
      if (contains(backup.members, described_by(key))) continue;
      if (!contains(backup.members, key + kManifestEnding)) return key.substr(backup.name.size());
    }
    return {};
  }

  static std::string missing_member(const Backup& backup, const Wholeness& wholeness) {
    for (const std::string& glob : wholeness.members) {
      const bool there =
          std::any_of(backup.members.begin(), backup.members.end(), [&](const std::string& key) {
            return base::glob_matches(glob, key.substr(backup.name.size()));
          });
      if (!there) return glob;
    }
    return {};
  }

  const Template& pattern_;
  std::map<std::string, std::map<std::string, Backup>> groups_;
  std::set<std::string> manifests_;
};

}  // namespace

std::vector<std::string> Backup::keys() const {
  if (members.empty()) {
    return manifest ? std::vector{name + kManifestEnding, name} : std::vector{name};
  }
  std::vector<std::string> keys = members;
  std::stable_partition(keys.begin(), keys.end(),
                        [](const std::string& key) { return key.ends_with(kManifestEnding); });
  return keys;
}

Backups list_backups(Store& store, const Template& pattern, const Wholeness& wholeness) {
  Collector collector(pattern);
  store.list(pattern.prefix(), [&](Object&& object) { collector.add(std::move(object)); });
  return std::move(collector).finish(wholeness);
}

}  // namespace sluice::store
