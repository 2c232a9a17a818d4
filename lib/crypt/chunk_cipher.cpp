#include "crypt/chunk_cipher.hpp"

#include "crypt/chunk_ciphers.hpp"

namespace sluice::crypt {

ChunkNonce nonce_of(Place place) {
  ChunkNonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) {
    nonce.at(10 - i) = static_cast<std::uint8_t>(place.number >> 8 * i);
  }
  nonce.back() = place.last ? 1 : 0;
  return nonce;
}

CipherLibrary fastest_cipher_library() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") == 0) return CipherLibrary::libgcrypt;
#endif
  return CipherLibrary::libcrypto;
}

std::unique_ptr<ChunkCipher> make_chunk_cipher(const Secret& key, CipherLibrary library) {
  return library == CipherLibrary::libgcrypt ? make_gcrypt_cipher(key) : make_crypto_cipher(key);
}

}  // namespace sluice::crypt
