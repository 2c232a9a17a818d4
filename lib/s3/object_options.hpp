#pragma once
// Tags and locks of an object. They go with an upload as headers, but not every server heeds those
// of a multipart upload (Ceph's does not): what is missing afterwards is asked for once more
// (Amazon S3 API Reference: PutObjectTagging, PutObjectRetention, PutObjectLegalHold).

#include <string>

#include "s3/client.hpp"

namespace sluice::s3 {

/// Do these headers of an upload ask for a retention or a legal hold?
[[nodiscard]] bool asks_for_lock(const http::Headers& headers);

/// Makes sure that the object has the tags and locks that `headers` ask for.
/// Throws: base::Error, saying that the object is stored without them.
void ensure_options(Client& client, const std::string& bucket, const std::string& key,
                    const std::string& version, const http::Headers& headers);

}  // namespace sluice::s3
