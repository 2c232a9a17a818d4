#pragma once
// What s3put does once the object is durable: receipt, manifest, link. None of it can take the
// object back, so each failure says that the object is stored.

#include <memory>
#include <string>
#include <vector>

#include "io/atomic_file.hpp"
#include "store/store.hpp"
#include "store_options.hpp"

namespace sluice {

struct FollowUp {
  std::string receipt = {};  ///< a file; "-" is standard output, "" is nowhere
  /// That file, begun before the upload: what cannot be written must not be found out after it.
  std::unique_ptr<io::AtomicFile> receipt_file = {};
  bool sha256 = false;                    ///< receipt and manifest tell the whole stream's digest
  bool manifest = false;                  ///< the receipt once more, as KEY.json beside the object
  std::string link = {};                  ///< the path of a symbolic link; "" is none
  store::WriteOptions for_manifest = {};  ///< of JSON, whatever content type is in there
};

/// `own`, followed by the options that say what.
[[nodiscard]] std::vector<cli::Option> with_followup_options(std::vector<cli::Option> own);

/// Throws: base::Error (usage; cannot_create when a file is in the way of the link).
[[nodiscard]] FollowUp followup_from(const cli::Args& args, const StoreUrl& url,
                                     const std::string& key, const store::WriteOptions& object);

/// Before the upload. Throws: base::Error where the receipt could not be written.
void begin_receipt(FollowUp& followup);

/// Throws: base::Error, of the first that failed; what would come after it is left undone.
void follow_up(const FollowUp& followup, store::Store& store, const store::Location& place,
               const std::string& key, const store::Receipt& receipt, double seconds);

}  // namespace sluice
