#include "crypt/chunk_cipher.hpp"

#include <gcrypt.h>

#include <array>
#include <string>

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

void require(gcry_error_t error) {
  if (error != 0) {
    throw base::Error(base::Exit::software,
                      std::string("libgcrypt: ChaCha20-Poly1305: ") + gcry_strerror(error));
  }
}

// Once a process; no pool of locked memory, for keys are kept in Secrets.
void initialize_library() {
  static const bool done = [] {
    if (gcry_check_version(nullptr) == nullptr) return false;
    return gcry_control(GCRYCTL_DISABLE_SECMEM) == 0 &&
           gcry_control(GCRYCTL_INITIALIZATION_FINISHED) == 0;
  }();
  if (!done) throw base::Error(base::Exit::software, "libgcrypt cannot be used");
}

}  // namespace

void ChunkCipher::Close::operator()(gcry_cipher_handle* handle) const { gcry_cipher_close(handle); }

ChunkCipher::ChunkCipher(const Secret& key) {
  initialize_library();
  gcry_cipher_hd_t handle = nullptr;
  require(gcry_cipher_open(&handle, GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_POLY1305, 0));
  handle_.reset(handle);
  require(gcry_cipher_setkey(handle, key.bytes().data(), key.bytes().size()));
}

void ChunkCipher::start(Place place) {
  const Nonce nonce = nonce_of(place);
  require(gcry_cipher_setiv(handle_.get(), nonce.data(), nonce.size()));
}

void ChunkCipher::seal(Place place, std::uint8_t* chunk, std::size_t size) {
  start(place);
  require(gcry_cipher_encrypt(handle_.get(), chunk, size, nullptr, 0));
  require(gcry_cipher_gettag(handle_.get(), chunk + size, kTagSize));
}

bool ChunkCipher::open(Place place, base::Bytes sealed, std::uint8_t* plain) {
  const std::size_t size = sealed.size() - kTagSize;
  start(place);
  require(gcry_cipher_decrypt(handle_.get(), plain, size, sealed.data(), size));
  const gcry_error_t error = gcry_cipher_checktag(handle_.get(), sealed.data() + size, kTagSize);
  if (gcry_err_code(error) == GPG_ERR_CHECKSUM) return false;
  require(error);
  return true;
}

}  // namespace sluice::crypt
