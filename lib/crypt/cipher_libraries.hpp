#pragma once
// The payload's cipher by one library and by the other; see chunk_cipher.hpp.

#include <array>
#include <cstdint>
#include <memory>

#include "crypt/chunk_cipher.hpp"

namespace sluice::crypt {

/// Eleven bytes of counter, big endian, and the flag of the last chunk.
using ChunkNonce = std::array<std::uint8_t, 12>;
[[nodiscard]] ChunkNonce nonce_of(Place place);

/// Not where its configuration allows FIPS-approved algorithms alone.
[[nodiscard]] bool libcrypto_has_cipher();

[[nodiscard]] std::unique_ptr<ChunkCipher> make_libcrypto_cipher(const Secret& key);
[[nodiscard]] std::unique_ptr<ChunkCipher> make_libgcrypt_cipher(const Secret& key);

}  // namespace sluice::crypt
