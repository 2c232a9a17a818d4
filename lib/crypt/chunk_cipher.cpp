#include "crypt/chunk_cipher.hpp"

#include <openssl/evp.h>

#include <array>
#include <new>

#include "base/error.hpp"

namespace sluice::crypt {

namespace {

using Nonce = std::array<std::uint8_t, 12>;

// Eleven bytes of counter, big endian, and the flag of the last chunk.
Nonce nonce_of(Place place) {
  Nonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) {
    nonce.at(10 - i) = static_cast<std::uint8_t>(place.number >> 8 * i);
  }
  nonce.back() = place.last ? 1 : 0;
  return nonce;
}

void require(bool done) {
  if (!done) throw base::Error(base::Exit::software, "libcrypto: ChaCha20-Poly1305 failed");
}

}  // namespace

void ChunkCipher::Free::operator()(evp_cipher_ctx_st* context) const {
  EVP_CIPHER_CTX_free(context);
}

ChunkCipher::ChunkCipher(const Secret& key)
    : sealing_(EVP_CIPHER_CTX_new()), opening_(EVP_CIPHER_CTX_new()) {
  if (!sealing_ || !opening_) throw std::bad_alloc();
  const EVP_CIPHER* const cipher = EVP_chacha20_poly1305();
  const std::uint8_t* const bytes = key.bytes().data();
  require(EVP_EncryptInit_ex(sealing_.get(), cipher, nullptr, bytes, nullptr) == 1);
  require(EVP_DecryptInit_ex(opening_.get(), cipher, nullptr, bytes, nullptr) == 1);
}

void ChunkCipher::seal(Place place, std::uint8_t* chunk, std::size_t size) {
  EVP_CIPHER_CTX* const context = sealing_.get();
  const Nonce nonce = nonce_of(place);
  int count = 0;
  require(EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1);
  if (size > 0) {
    require(EVP_EncryptUpdate(context, chunk, &count, chunk, static_cast<int>(size)) == 1);
  }
  require(EVP_EncryptFinal_ex(context, chunk + size, &count) == 1);
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagSize, chunk + size) == 1);
}

bool ChunkCipher::open(Place place, base::Bytes sealed, std::uint8_t* plain) {
  EVP_CIPHER_CTX* const context = opening_.get();
  const Nonce nonce = nonce_of(place);
  const std::size_t size = sealed.size() - kTagSize;
  // libcrypto takes the tag as a pointer to non-const, and only reads it.
  auto* const tag = const_cast<std::uint8_t*>(sealed.data() + size);
  int count = 0;
  require(EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1);
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagSize, tag) == 1);
  if (size > 0) {
    require(EVP_DecryptUpdate(context, plain, &count, sealed.data(), static_cast<int>(size)) == 1);
  }
  std::array<std::uint8_t, kTagSize> nothing{};
  return EVP_DecryptFinal_ex(context, nothing.data(), &count) == 1;
}

}  // namespace sluice::crypt
