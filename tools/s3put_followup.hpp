#pragma once
// What s3put does once the object is durable: receipt, manifest, link. None of it can take the
// object back, so each failure says that the object is stored.

#include <string>
#include <vector>

#include "store/store.hpp"
#include "store_options.hpp"

namespace sluice {

struct FollowUp {
  std::string receipt = {};               ///< a file; "-" is standard output, "" is nowhere
  bool manifest = false;                  ///< the receipt once more, as KEY.json beside the object
  std::string link = {};                  ///< the path of a symbolic link; "" is none
  store::WriteOptions for_manifest = {};  ///< of JSON, whatever content type is in there
};

/// `own`, followed by the options that say what.
[[nodiscard]] std::vector<cli::Option> with_followup_options(std::vector<cli::Option> own);

/// Throws: base::Error (usage; cannot_create when a file is in the way of the link).
[[nodiscard]] FollowUp followup_from(const cli::Args& args, const StoreUrl& url,
                                     const std::string& key);

/// Throws: base::Error, of the first that failed; what would come after it is left undone.
void follow_up(const FollowUp& followup, store::Store& store, const store::Location& place,
               const std::string& key, const store::Receipt& receipt, double seconds);

}  // namespace sluice
