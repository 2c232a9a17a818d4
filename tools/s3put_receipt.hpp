#pragma once
// What s3put tells of an object that it has stored, and where it may tell it.

#include <string>

#include "store/store.hpp"
#include "store_options.hpp"

namespace sluice {

/// One line of JSON; `seconds` is how long it took.
[[nodiscard]] std::string receipt_json(const std::string& url, const store::Receipt& receipt,
                                       bool with_sha256, double seconds);

/// The file `receipt` ("" and "-" are none) must not take the place of the object at `key`, of its
/// manifest or of the input. Throws: base::Error (usage).
void require_receipt_apart(const std::string& receipt, const StoreUrl& url, const std::string& key,
                           const cli::Args& args);

}  // namespace sluice
