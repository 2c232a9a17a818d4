#include <gcrypt.h>

#include <string>

#include "base/error.hpp"
#include "crypt/cipher_libraries.hpp"

namespace sluice::crypt {

namespace {

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

struct Close {
  void operator()(gcry_cipher_hd_t handle) const { gcry_cipher_close(handle); }
};

class LibgcryptCipher : public ChunkCipher {
 public:
  explicit LibgcryptCipher(const Secret& key) {
    initialize_library();
    gcry_cipher_hd_t handle = nullptr;
    require(gcry_cipher_open(&handle, GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_POLY1305, 0));
    handle_.reset(handle);
    require(gcry_cipher_setkey(handle, key.bytes().data(), key.bytes().size()));
  }

  void seal(Place place, std::uint8_t* chunk, std::size_t size) override {
    start(place);
    require(gcry_cipher_encrypt(handle_.get(), chunk, size, nullptr, 0));
    require(gcry_cipher_gettag(handle_.get(), chunk + size, kTagSize));
  }

  bool open(Place place, base::Bytes sealed, std::uint8_t* plain) override {
    const std::size_t size = sealed.size() - kTagSize;
    start(place);
    require(gcry_cipher_decrypt(handle_.get(), plain, size, sealed.data(), size));
    const gcry_error_t error = gcry_cipher_checktag(handle_.get(), sealed.data() + size, kTagSize);
    if (gcry_err_code(error) == GPG_ERR_CHECKSUM) return false;
    require(error);
    return true;
  }

 private:
  void start(Place place) {
    const ChunkNonce nonce = nonce_of(place);
    require(gcry_cipher_setiv(handle_.get(), nonce.data(), nonce.size()));
  }

  std::unique_ptr<gcry_cipher_handle, Close> handle_;
};

}  // namespace

std::unique_ptr<ChunkCipher> make_libgcrypt_cipher(const Secret& key) {
  return std::make_unique<LibgcryptCipher>(key);
}

}  // namespace sluice::crypt
