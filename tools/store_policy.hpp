#pragma once
// --print-policy: what the tool would do is printed as a policy, and not done.

#include <initializer_list>
#include <vector>

#include "s3/policy.hpp"
#include "store_options.hpp"

namespace sluice {

/// What a tool does to what `url` means; nothing for a place that is no bucket.
[[nodiscard]] std::vector<s3::Grant> grants_for(const StoreUrl& url,
                                                std::initializer_list<s3::Deed> deeds);
/// The same for everything below a prefix.
[[nodiscard]] std::vector<s3::Grant> grants_for(const store::Location& tree,
                                                std::initializer_list<s3::Deed> deeds);

void append(std::vector<s3::Grant>& grants, std::vector<s3::Grant> more);

/// False without --print-policy. Throws: base::Error (usage) where nothing needs a policy.
[[nodiscard]] bool print_policy(const cli::Args& args, const std::vector<s3::Grant>& grants);

}  // namespace sluice
