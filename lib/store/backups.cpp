#include "store/backups.hpp"

#include <algorithm>
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

// Whether a set has an object of that key.
bool has(const Backup& set, const std::string& key) {
  return std::binary_search(set.members.begin(), set.members.end(), key);
}

bool describes_another(const Backup& set, const std::string& key) {
  return has(set, described_by(key));
}

// An object of a set that lacks its manifest, as the set's own name for it.
std::string undescribed_member(const Backup& set) {
  for (const std::string& key : set.members) {
    if (describes_another(set, key) || has(set, key + kManifestEnding)) continue;
    return key.substr(set.name.size());
  }
  return {};
}

std::string missing_member(const Backup& backup, const Wholeness& wholeness) {
  for (const std::string& glob : wholeness.members) {
    const bool there =
        std::any_of(backup.members.begin(), backup.members.end(), [&](const std::string& key) {
          return base::glob_matches(glob, key.substr(backup.name.size()));
        });
    if (!there) return glob;
  }
  return {};
}

void look_for_manifests(Backup& backup) {
  if (backup.members.empty()) {
    if (!backup.manifest) backup.undescribed = "no manifest";
    return;
  }
  backup.manifest =
      std::any_of(backup.members.begin(), backup.members.end(),
                  [&](const std::string& key) { return describes_another(backup, key); });
  const std::string member = undescribed_member(backup);
  if (!member.empty()) backup.undescribed = "no manifest of " + member;
}

void look_for_flaws(Backup& backup, const Wholeness& wholeness) {
  if (backup.size < wholeness.min_size) {
    backup.flaw =
        base::human_size(backup.size) + " are less than " + base::human_size(wholeness.min_size);
  } else if (const std::string glob = missing_member(backup, wholeness); !glob.empty()) {
    backup.flaw = "no member " + glob;
  }
}

// Fed with a listing. Open is a backup that what follows may belong to; between a key and that of
// its manifest stand only longer keys that begin with it, so that the open ones are a stack.
class Assembler {
 public:
  Assembler(const Template& pattern, const Wholeness& wholeness,
            const std::function<void(Backup&&)>& each)
      : pattern_(pattern), wholeness_(wholeness), each_(each) {}

  void add(Object&& object) {
    require_order(object.key);
    while (!open_.empty() && is_over(open_.back(), object.key)) close();
    if (const auto match = pattern_.match(object.key)) {
      add_to_backup(object, *match);
    } else if (!open_.empty() && object.key == open_.back().name + kManifestEnding) {
      open_.back().manifest = true;
      open_.back().modified = std::max(open_.back().modified, object.modified);
    }
    last_ = std::move(object.key);
  }

  void finish() {
    while (!open_.empty()) close();
  }

 private:
  void require_order(const std::string& key) const {
    if (last_ < key) return;
    throw base::Error(base::Exit::unavailable,
                      base::printable(key) + ": is listed after " + base::printable(last_) +
                          ", but backups are found in sorted listings only");
  }

  static bool is_over(const Backup& backup, const std::string& key) {
    if (!backup.members.empty()) return !key.starts_with(backup.name);
    return key > backup.name + kManifestEnding;
  }

  void add_to_backup(const Object& object, const Match& match) {
    if (match.set.empty() || open_.empty()) {
      open_.push_back({.name = match.set.empty() ? object.key : match.set,
                       .group = match.group,
                       .time = match.time.value_or(object.modified)});
    }
    Backup& backup = open_.back();
    backup.modified = std::max(backup.modified, object.modified);
    backup.size += object.size;
    if (!match.set.empty()) backup.members.push_back(object.key);
  }

  void close() {
    Backup backup = std::move(open_.back());
    open_.pop_back();
    look_for_manifests(backup);
    look_for_flaws(backup, wholeness_);
    each_(std::move(backup));
  }

  const Template& pattern_;
  const Wholeness& wholeness_;
  const std::function<void(Backup&&)>& each_;
  std::vector<Backup> open_;
  std::string last_;
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

void list_backups(Store& store, const Template& pattern, const Wholeness& wholeness,
                  const std::function<void(Backup&&)>& each) {
  Assembler assembler(pattern, wholeness, each);
  store.list(pattern.prefix(), [&](Object&& object) { assembler.add(std::move(object)); });
  assembler.finish();
}

}  // namespace sluice::store
