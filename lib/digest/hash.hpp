#pragma once
// SHA-256, HMAC-SHA-256 and MD5 by libcrypto.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace sluice::digest {

using Sha256 = std::array<std::uint8_t, 32>;
using Md5 = std::array<std::uint8_t, 16>;

[[nodiscard]] Sha256 sha256(base::Bytes bytes);
[[nodiscard]] Sha256 hmac_sha256(base::Bytes key, base::Bytes bytes);
[[nodiscard]] Md5 md5(base::Bytes bytes);

/// Lower-case hexadecimal.
[[nodiscard]] std::string hex(base::Bytes bytes);
[[nodiscard]] std::string base64(base::Bytes bytes);
/// nullopt for what base64() never writes.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// SHA-256 of a stream.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;
  void update(base::Bytes bytes);
  /// Ends the stream.
  [[nodiscard]] Sha256 finish();

 private:
  void* context_;
};

/// MD5 of a stream, where a protocol demands it.
class Md5Stream {
 public:
  Md5Stream();
  ~Md5Stream();
  Md5Stream(const Md5Stream&) = delete;
  Md5Stream& operator=(const Md5Stream&) = delete;
  void update(base::Bytes bytes);
  /// Ends the stream.
  [[nodiscard]] Md5 finish();

 private:
  void* context_;
};

}  // namespace sluice::digest
