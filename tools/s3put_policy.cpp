#include "s3put_policy.hpp"

#include <utility>

#include "store/backups.hpp"

namespace sluice {

std::vector<s3::Grant> put_grants(const StoreUrl& url, const store::WriteOptions& write,
                                  const FollowUp& followup, Compare compare) {
  using s3::Deed;
  std::vector<s3::Grant> grants = grants_for(url, {Deed::write});
  const auto add = [&](Deed deed, bool wanted) {
    if (wanted) append(grants, grants_for(url, {deed}));
  };
  const auto sends = [&](const char* header) {
    return http::find_header(write.headers, header).has_value();
  };
  add(Deed::list, compare == Compare::yes);
  add(Deed::tag, sends("x-amz-tagging"));
  add(Deed::lock, sends("x-amz-object-lock-mode"));
  add(Deed::hold, sends("x-amz-object-lock-legal-hold"));
  if (!followup.manifest || url.pattern) return grants;
  std::vector<s3::Grant> manifest = grants;
  for (s3::Grant& grant : manifest) grant.key += store::kManifestEnding;
  append(grants, std::move(manifest));
  return grants;
}

}  // namespace sluice
