#pragma once
// The backups that a template names: single objects or sets of them, each with its group and with
// what it lacks to be whole.
//
// A manifest is an object KEY.json beside the object KEY (s3put --manifest). As soon as one backup
// of a group has one, a backup of that group without one is not whole.

#include <cstdint>
#include <functional>
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

/// Does any backup of a group have a manifest?
enum class Manifests { unused, in_use };

struct Backup {
  std::string name = {};  ///< the object's key, or what the keys of the set begin with
  std::string group = {};
  base::Time time{};      ///< the name's; without a time field, when it was last modified
  base::Time modified{};  ///< when the last of its objects was
  std::uint64_t size = 0;
  std::vector<std::string> members = {};  ///< the keys of a set, sorted
  bool manifest = false;                  ///< it has one; of a set: one of its objects has
  std::string flaw = {};                  ///< what it lacks besides manifests; "": nothing
  std::string undescribed = {};           ///< which manifest it lacks; "": none

  /// Why it is not whole; "" when it is.
  [[nodiscard]] const std::string& defect(Manifests manifests) const {
    return flaw.empty() && manifests == Manifests::in_use ? undescribed : flaw;
  }
  /// What is deleted with it: manifests first, for what has lost its manifest is not whole.
  [[nodiscard]] std::vector<std::string> keys() const;
};

/// Lists them as they come, and holds no more than those that the listing is in the middle of: one
/// set, or single objects whose manifest may follow. Throws: base::Error (unavailable) where the
/// store does not sort its listing.
void list_backups(Store& store, const Template& pattern, const Wholeness& wholeness,
                  const std::function<void(Backup&&)>& each);

}  // namespace sluice::store
