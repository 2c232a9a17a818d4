#pragma once
// What s3put needs to be allowed.

#include <vector>

#include "s3put_followup.hpp"
#include "store_policy.hpp"

namespace sluice {

enum class Compare { no, yes };  ///< with the newest earlier object?

[[nodiscard]] std::vector<s3::Grant> put_grants(const StoreUrl& url,
                                                const store::WriteOptions& write,
                                                const FollowUp& followup, Compare compare);

}  // namespace sluice
