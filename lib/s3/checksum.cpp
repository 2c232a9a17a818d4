#include "s3/checksum.hpp"

#include <array>

#include "digest/crc.hpp"
#include "digest/hash.hpp"

namespace sluice::s3 {

namespace {

template <class Int>
std::string big_endian_base64(Int value) {
  std::array<std::uint8_t, sizeof value> bytes{};
  for (std::size_t i = 0; i < sizeof value; ++i) {
    bytes.at(i) = static_cast<std::uint8_t>(value >> 8 * (sizeof value - 1 - i));
  }
  return digest::base64(bytes);
}

}  // namespace

std::optional<Checksum> parse_checksum(std::string_view name) {
  if (name == "none") return Checksum::none;
  if (name == "crc32c") return Checksum::crc32c;
  if (name == "crc64nvme") return Checksum::crc64nvme;
  return std::nullopt;
}

http::Headers checksum_type(Checksum kind) {
  if (kind == Checksum::none) return {};
  return {{"x-amz-checksum-type", kind == Checksum::crc32c ? "COMPOSITE" : "FULL_OBJECT"}};
}

http::Headers checksum_announcement(Checksum kind) {
  http::Headers headers = checksum_type(kind);
  if (kind == Checksum::none) return headers;
  headers.emplace_back("x-amz-checksum-algorithm",
                       kind == Checksum::crc32c ? "CRC32C" : "CRC64NVME");
  return headers;
}

std::string checksum_header(Checksum kind) {
  switch (kind) {
    case Checksum::crc32c: return "x-amz-checksum-crc32c";
    case Checksum::crc64nvme: return "x-amz-checksum-crc64nvme";
    case Checksum::none: break;
  }
  return {};
}

std::string checksum_value(Checksum kind, base::Bytes content) {
  switch (kind) {
    case Checksum::crc32c: return big_endian_base64(digest::crc32c(content));
    case Checksum::crc64nvme: return big_endian_base64(digest::crc64nvme(content));
    case Checksum::none: break;
  }
  return {};
}

std::string checksum_element(Checksum kind) {
  switch (kind) {
    case Checksum::crc32c: return "ChecksumCRC32C";
    case Checksum::crc64nvme: return "ChecksumCRC64NVME";
    case Checksum::none: break;
  }
  return {};
}

}  // namespace sluice::s3
