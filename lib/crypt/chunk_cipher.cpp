#include "crypt/chunk_cipher.hpp"

#include "crypt/cipher_libraries.hpp"

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
  // Where this is missing, libcrypto leaves AVX-512 alone (OPENSSL_ia32cap(3)).
  if (__builtin_cpu_supports("avx512ifma") != 0 && libcrypto_has_cipher())
    return CipherLibrary::libcrypto;
#endif
  return CipherLibrary::libgcrypt;
}

std::unique_ptr<ChunkCipher> make_chunk_cipher(const Secret& key, CipherLibrary library) {
  return library == CipherLibrary::libgcrypt ? make_libgcrypt_cipher(key)
                                             : make_libcrypto_cipher(key);
}

}  // namespace sluice::crypt
