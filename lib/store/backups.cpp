#include "store/backups.hpp"

#include <algorithm>
#include <set>
#include <tuple>
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
      add_manifest(std::move(described));
    }
  }

  Backups finish(const Wholeness& wholeness) && {
    for (auto& [group, all] : groups_) {
      for (Backup& backup : all) {
        if (manifests_.erase(backup.name) > 0) backup.manifest = true;
      }
      judge(all, wholeness);
      std::sort(all.begin(), all.end(), [](const Backup& a, const Backup& b) {
        return std::tie(a.time, a.name) < std::tie(b.time, b.name);
      });
    }
    return std::move(groups_);
  }

 private:
  void add_backup(Object&& object, const Match& match) {
    std::deque<Backup>& all = groups_[match.group];
    const base::Time time = match.time.value_or(object.modified);
    if (match.set.empty()) {
      all.push_back({std::move(object.key), time, object.size});
      last_ = &all.back();
      return;
    }
    auto [place, is_new] = sets_.try_emplace(match.set, nullptr);
    if (is_new) place->second = &all.emplace_back(Backup{match.set, time});
    Backup& set = *place->second;
    set.time = time;
    set.size += object.size;
    set.members.push_back(std::move(object.key));
  }

  // It mostly comes right behind its object.
  void add_manifest(std::string&& described) {
    if (last_ != nullptr && last_->name == described) {
      last_->manifest = true;
    } else if (pattern_.match(described)) {
      manifests_.insert(std::move(described));
    }
  }

  static void judge(std::deque<Backup>& group, const Wholeness& wholeness) {
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
  Backups groups_;
  std::map<std::string, Backup*> sets_;  // by name
  Backup* last_ = nullptr;               // of single objects
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
