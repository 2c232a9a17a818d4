#pragma once
// Which objects a template means, and which of them is the newest.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/store.hpp"
#include "store/template.hpp"

namespace sluice::store {

/// An object that a template can have made.
struct Found {
  Object object;
  Match match;
  /// The name's; where the template has no time field, when the object was last modified.
  base::Time time;
};

/// nullopt where the template cannot have made it.
[[nodiscard]] std::optional<Found> found_by(const Template& pattern, Object object);

void list_matching(Store& store, const Template& pattern, const std::function<void(Found&&)>& each);

/// Keeps the newest of what it is shown, in each group: one object, or all members of one set.
class Newest {
 public:
  explicit Newest(std::optional<base::Time> not_after = {}) : not_after_(not_after) {}

  void consider(Found found);
  /// By group; of equal times the later name.
  [[nodiscard]] const std::map<std::string, std::vector<Found>>& groups() const { return groups_; }

 private:
  std::optional<base::Time> not_after_;
  std::map<std::string, std::vector<Found>> groups_;
};

}  // namespace sluice::store
