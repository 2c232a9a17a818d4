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

/// How the API spells it; all empty for none.
struct ChecksumNames {
  std::string_view algorithm;  ///< what a multipart upload is begun with
  std::string_view type;       ///< of a multipart object: of the parts' checksums, or of the whole
  std::string_view header;     ///< of a content and of the answer to it
  std::string_view element;    ///< of a part when the upload is completed
};
[[nodiscard]] const ChecksumNames& names_of(Checksum kind);

/// Base64 of the big-endian number; "" for none.
[[nodiscard]] std::string checksum_value(Checksum kind, base::Bytes content);

/// For the beginning of a multipart upload.
[[nodiscard]] http::Headers checksum_announcement(Checksum kind);
/// For its end.
[[nodiscard]] http::Headers checksum_type(Checksum kind);

}  // namespace sluice::s3
