#pragma once
// The key-sized cryptography of the age format, by libsodium: everything but the payload.
// Pure functions; secrets come and go as Secret.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "crypt/secret.hpp"

namespace sluice::crypt {

inline constexpr std::size_t kKeySize = 32;
inline constexpr std::size_t kFileKeySize = 16;
inline constexpr std::size_t kWrappedSize = kFileKeySize + 16;

using Block32 = std::array<std::uint8_t, 32>;  ///< a public key, a MAC, a wrapped file key

void fill_random(base::MutableBytes bytes);
[[nodiscard]] Secret random_secret(std::size_t size);

/// HKDF-SHA-256 (RFC 5869) with 32 bytes of output.
[[nodiscard]] Secret hkdf(base::Bytes key, base::Bytes salt, std::string_view info);
[[nodiscard]] Block32 hmac_sha256(base::Bytes key, base::Bytes message);
[[nodiscard]] Block32 sha256(base::Bytes message);
/// In constant time.
[[nodiscard]] bool equal(base::Bytes a, base::Bytes b);

/// The public key of `secret` (RFC 7748); both have 32 bytes.
[[nodiscard]] Block32 x25519_public(base::Bytes secret);
/// nullopt when the result would be zero: `point` has a low order.
[[nodiscard]] std::optional<Secret> x25519(base::Bytes secret, base::Bytes point);

/// An Ed25519 key as one for X25519. nullopt when `key` is no point of the main subgroup.
[[nodiscard]] std::optional<Block32> ed25519_public_to_x25519(base::Bytes key);
/// `key` is the 64 bytes of seed and public key.
[[nodiscard]] Secret ed25519_secret_to_x25519(base::Bytes key);

/// The file key under `key` by ChaCha20-Poly1305 with a zero nonce.
[[nodiscard]] Block32 wrap(const Secret& key, const Secret& file_key);
/// nullopt when `body` was not made with `key`.
[[nodiscard]] std::optional<Secret> unwrap(const Secret& key, base::Bytes body);

/// scrypt (RFC 7914) with N = 2^work_factor, r = 8, p = 1; takes 2^work_factor KiB of memory.
/// Throws: base::Error (temporary) when there is too little.
[[nodiscard]] Secret scrypt(const Secret& passphrase, base::Bytes salt, unsigned work_factor);

enum class Padding { none, required };
[[nodiscard]] std::string base64(base::Bytes bytes, Padding padding = Padding::none);
/// Strict: canonical, nothing ignored; nullopt for all else.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> unbase64(std::string_view text,
                                                                Padding padding = Padding::none);
/// Padded base64 with line feeds in it.
[[nodiscard]] std::optional<Secret> unbase64_secret(std::string_view text);

}  // namespace sluice::crypt
