#pragma once
// The ETags that S3 gives to what is not encrypted by a key of its own (Amazon S3 API Reference,
// "Object": MD5, or MD5 over the MD5 values of the parts and their number), and what parts are
// completed by. Pure.

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "s3/checksum.hpp"

namespace sluice::s3 {

[[nodiscard]] std::string etag_of(base::Bytes content);
[[nodiscard]] bool is_md5(const std::string& etag);
/// "" where the parts' own are no MD5, so that nobody can foretell it.
[[nodiscard]] std::string etag_of_parts(const std::vector<std::string>& etags);
/// The body of CompleteMultipartUpload for parts 1, 2, … that have these ETags, without quotes,
/// and, where the server keeps such, checksums: as many, of which "" is none.
[[nodiscard]] std::string complete_body(const std::vector<std::string>& etags,
                                        Checksum kind = Checksum::none,
                                        const std::vector<std::string>& checksums = {});

}  // namespace sluice::s3
