#pragma once
// How s3put writes an object.

#include <vector>

#include "store_options.hpp"

namespace sluice {

/// `own`, followed by the options of writing an object.
[[nodiscard]] std::vector<cli::Option> with_object_options(std::vector<cli::Option> own);

/// What they say; a lock holds from `now` on. Throws: base::Error (usage).
[[nodiscard]] store::WriteOptions write_options(const cli::Args& args, const StoreUrl& url,
                                                base::Time now);

/// Those given that some servers do not know, like "--tag, --sse"; "" for none.
[[nodiscard]] std::string options_for_some_servers(const cli::Args& args);

}  // namespace sluice
