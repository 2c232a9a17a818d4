#pragma once
// The backups that a template names: single objects or sets of them, in groups, each with what it
// lacks to be whole.
//
// A manifest is an object KEY.json beside the object KEY (s3put --manifest). As soon as one backup
// of a group has one, a backup of that group without one is not whole.

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "store/store.hpp"
#include "store/template.hpp"

namespace sluice::store {

/// What the name of a manifest has after that of its object.
inline constexpr char kManifestEnding[] = ".json";

/// What a whole backup has.
struct Wholeness {
  std::uint64_t min_size = 0;             ///< bytes; of a set, all its objects together
  std::vector<std::string> members = {};  ///< globs; an object of the set for each
};

struct Backup {
  std::string name = {};  ///< the object's key, or what the keys of the set begin with
  base::Time time{};      ///< the name's; without a time field, when it was last modified
  std::uint64_t size = 0;
  std::string defect = {};                ///< why it is not whole; "" when it is
  std::vector<std::string> members = {};  ///< the keys of a set
  bool manifest = false;                  ///< of a single object: it has one

  /// What is deleted with it: manifests first, for what has lost its manifest is not whole.
  [[nodiscard]] std::vector<std::string> keys() const;
};

/// By group; in each sorted by time, then name. A hundred thousand are no rarity: a deque grows
/// without a second copy.
using Backups = std::map<std::string, std::deque<Backup>>;

[[nodiscard]] Backups list_backups(Store& store, const Template& pattern,
                                   const Wholeness& wholeness);

}  // namespace sluice::store
