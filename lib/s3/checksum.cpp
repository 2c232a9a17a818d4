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

const ChecksumNames& names_of(Checksum kind) {
  static constexpr ChecksumNames kNone{};
  static constexpr ChecksumNames kCrc32c{"CRC32C", "COMPOSITE", "x-amz-checksum-crc32c",
                                         "ChecksumCRC32C"};
  static constexpr ChecksumNames kCrc64Nvme{"CRC64NVME", "FULL_OBJECT", "x-amz-checksum-crc64nvme",
                                            "ChecksumCRC64NVME"};
  switch (kind) {
    case Checksum::crc32c: return kCrc32c;
    case Checksum::crc64nvme: return kCrc64Nvme;
    case Checksum::none: break;
  }
  return kNone;
}

std::string checksum_value(Checksum kind, base::Bytes content) {
  switch (kind) {
    case Checksum::crc32c: return big_endian_base64(digest::crc32c(content));
    case Checksum::crc64nvme: return big_endian_base64(digest::crc64nvme(content));
    case Checksum::none: break;
  }
  return {};
}

http::Headers checksum_type(Checksum kind) {
  if (kind == Checksum::none) return {};
  return {{"x-amz-checksum-type", std::string(names_of(kind).type)}};
}

http::Headers checksum_announcement(Checksum kind) {
  http::Headers headers = checksum_type(kind);
  if (kind != Checksum::none) {
    headers.emplace_back("x-amz-checksum-algorithm", names_of(kind).algorithm);
  }
  return headers;
}

}  // namespace sluice::s3
