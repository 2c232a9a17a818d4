#pragma once
// The checksums that Amazon's servers verify and keep with an object, beside the SHA-256 of every
// request: Amazon S3 User Guide, "Checking object integrity". Servers that do not know them ignore
// them.

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "http/message.hpp"

namespace sluice::s3 {

enum class Checksum { none, crc32c, crc64nvme };

/// nullopt for another name.
[[nodiscard]] std::optional<Checksum> parse_checksum(std::string_view name);

/// What a multipart upload begins with and, for its type, ends with: of CRC-32C the checksum of the
/// parts' checksums is kept, of CRC-64/NVME that of the whole object. Nothing for none.
[[nodiscard]] http::Headers checksum_announcement(Checksum kind);
[[nodiscard]] http::Headers checksum_type(Checksum kind);

/// The header's name, "" for none, and its value: base64 of the big-endian number.
[[nodiscard]] std::string checksum_header(Checksum kind);
[[nodiscard]] std::string checksum_value(Checksum kind, base::Bytes content);

/// The element that tells a part's checksum when the upload is completed; "" for none.
[[nodiscard]] std::string checksum_element(Checksum kind);

}  // namespace sluice::s3
