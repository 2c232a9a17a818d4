#pragma once
// The ETags that S3 gives to what is not encrypted by a key of its own (Amazon S3 API Reference,
// "Object": MD5, or MD5 over the MD5 values of the parts and their number), and what parts are
// completed by. Pure.

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "s3/checksum.hpp"

namespace sluice::s3 {

/// A part as an upload is completed by it.
struct CompletedPart {
  std::string etag;           ///< without quotes
  std::string checksum = {};  ///< where the server keeps such, else ""
};

[[nodiscard]] std::string etag_of(base::Bytes content);
[[nodiscard]] bool is_md5(const std::string& etag);
/// "" where the parts' own are no MD5, so that nobody can foretell it.
[[nodiscard]] std::string etag_of_parts(const std::vector<CompletedPart>& parts);
/// The body of CompleteMultipartUpload for parts 1, 2, ….
[[nodiscard]] std::string complete_body(const std::vector<CompletedPart>& parts,
                                        Checksum kind = Checksum::none);

}  // namespace sluice::s3
