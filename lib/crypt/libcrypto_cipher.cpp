#include <openssl/evp.h>

#include <algorithm>

#include "base/error.hpp"
#include "crypt/cipher_libraries.hpp"

namespace sluice::crypt {

namespace {

void require(bool done) {
  if (!done) throw base::Error(base::Exit::software, "libcrypto: ChaCha20-Poly1305 failed");
}

struct Free {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

class LibcryptoCipher : public ChunkCipher {
 public:
  explicit LibcryptoCipher(const Secret& key) : context_(EVP_CIPHER_CTX_new()) {
    require(context_ != nullptr &&
            EVP_CipherInit_ex(context_.get(), EVP_chacha20_poly1305(), nullptr, key.bytes().data(),
                              nullptr, kSeal) == 1);
  }

  void seal(Place place, std::uint8_t* chunk, std::size_t size) override {
    start(place, kSeal);
    apply(chunk, {chunk, size});
    std::uint8_t* const tag = chunk + size;
    require(finish() &&
            EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, kTagSize, tag) == 1);
  }

  bool open(Place place, base::Bytes sealed, std::uint8_t* plain) override {
    std::array<std::uint8_t, kTagSize> tag{};
    std::copy_n(sealed.end() - kTagSize, kTagSize, tag.begin());
    start(place, kOpen);
    apply(plain, sealed.first(sealed.size() - kTagSize));
    require(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1);
    return finish();
  }

 private:
  static constexpr int kSeal = 1;
  static constexpr int kOpen = 0;

  void start(Place place, int direction) {
    const ChunkNonce nonce = nonce_of(place);
    require(EVP_CipherInit_ex(context_.get(), nullptr, nullptr, nullptr, nonce.data(), direction) ==
            1);
  }
  // Without a byte libcrypto would take the call for the end.
  void apply(std::uint8_t* to, base::Bytes from) {
    int count = 0;
    require(from.empty() || EVP_CipherUpdate(context_.get(), to, &count, from.data(),
                                             static_cast<int>(from.size())) == 1);
  }
  // A stream cipher has nothing left to write at its end.
  bool finish() {
    std::array<std::uint8_t, EVP_MAX_BLOCK_LENGTH> nothing{};
    int count = 0;
    return EVP_CipherFinal_ex(context_.get(), nothing.data(), &count) == 1;
  }

  std::unique_ptr<EVP_CIPHER_CTX, Free> context_;
};

}  // namespace

bool libcrypto_has_cipher() {
  const std::unique_ptr<EVP_CIPHER, decltype(&EVP_CIPHER_free)> cipher(
      EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr), &EVP_CIPHER_free);
  return cipher != nullptr;
}

std::unique_ptr<ChunkCipher> make_libcrypto_cipher(const Secret& key) {
  return std::make_unique<LibcryptoCipher>(key);
}

}  // namespace sluice::crypt
