#pragma once
// What an S3 object is given besides its content, as headers (Amazon S3 API Reference, PutObject
// and CreateMultipartUpload).

#include "store_options.hpp"

namespace sluice {

/// Of the options of an object; a lock holds from `now` on. Throws: base::Error (usage).
[[nodiscard]] http::Headers object_headers(const cli::Args& args, base::Time now);

}  // namespace sluice
