#include "crypt/primitives.hpp"

#include <sodium.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"

namespace sluice::crypt {

using base::Bytes;

namespace {

constexpr std::array<std::uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> kZeroNonce{};

constexpr int variant(Padding padding) {
  return padding == Padding::none ? sodium_base64_VARIANT_ORIGINAL_NO_PADDING
                                  : sodium_base64_VARIANT_ORIGINAL;
}

// libsodium 1.0.18 takes every byte above 0x7f for a "/".
bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
}

// libsodium wants a pointer for no bytes, too.
const std::uint8_t* pointer(Bytes bytes) {
  static constexpr std::uint8_t kNothing = 0;
  return bytes.empty() ? &kNothing : bytes.data();
}

// The state of HMAC holds a hash of the key: it lives in a Secret, too.
class Hmac {
 public:
  explicit Hmac(Bytes key) : state_(sizeof(crypto_auth_hmacsha256_state)) {
    crypto_auth_hmacsha256_init(state(), pointer(key), key.size());
  }
  Hmac& add(Bytes bytes) {
    crypto_auth_hmacsha256_update(state(), pointer(bytes), bytes.size());
    return *this;
  }
  void finish(base::MutableBytes into) { crypto_auth_hmacsha256_final(state(), into.data()); }

 private:
  crypto_auth_hmacsha256_state* state() {
    return reinterpret_cast<crypto_auth_hmacsha256_state*>(state_.space().data());
  }
  Secret state_;
};

}  // namespace

void fill_random(base::MutableBytes bytes) { randombytes_buf(bytes.data(), bytes.size()); }

Secret random_secret(std::size_t size) {
  Secret secret(size);
  fill_random(secret.space());
  return secret;
}

Secret hkdf(Bytes key, Bytes salt, std::string_view info) {
  Secret pseudorandom(kKeySize);
  Hmac(salt).add(key).finish(pseudorandom.space());
  Secret output(kKeySize);
  constexpr std::array<std::uint8_t, 1> kFirstBlock{1};
  Hmac(pseudorandom.bytes()).add(base::as_bytes(info)).add(kFirstBlock).finish(output.space());
  return output;
}

Block32 hmac_sha256(Bytes key, Bytes message) {
  Block32 mac{};
  Hmac(key).add(message).finish(mac);
  return mac;
}

Block32 sha256(Bytes message) {
  Block32 digest{};
  crypto_hash_sha256(digest.data(), pointer(message), message.size());
  return digest;
}

bool equal(Bytes a, Bytes b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Block32 x25519_public(Bytes secret) {
  Block32 point{};
  crypto_scalarmult_base(point.data(), secret.data());
  return point;
}

std::optional<Secret> x25519(Bytes secret, Bytes point) {
  Secret shared(kKeySize);
  if (crypto_scalarmult(shared.space().data(), secret.data(), point.data()) != 0) {
    return std::nullopt;
  }
  return shared;
}

std::optional<Block32> ed25519_public_to_x25519(Bytes key) {
  Block32 point{};
  if (crypto_sign_ed25519_pk_to_curve25519(point.data(), key.data()) != 0) return std::nullopt;
  return point;
}

Secret ed25519_secret_to_x25519(Bytes key) {
  Secret secret(kKeySize);
  crypto_sign_ed25519_sk_to_curve25519(secret.space().data(), key.data());
  return secret;
}

Block32 wrap(const Secret& key, const Secret& file_key) {
  Block32 body{};
  crypto_aead_chacha20poly1305_ietf_encrypt(body.data(), nullptr, file_key.bytes().data(),
                                            file_key.size(), nullptr, 0, nullptr, kZeroNonce.data(),
                                            key.bytes().data());
  return body;
}

std::optional<Secret> unwrap(const Secret& key, Bytes body) {
  if (body.size() != kWrappedSize) return std::nullopt;
  Secret file_key(kFileKeySize);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(file_key.space().data(), nullptr, nullptr,
                                                body.data(), body.size(), nullptr, 0,
                                                kZeroNonce.data(), key.bytes().data()) != 0) {
    return std::nullopt;
  }
  return file_key;
}

Secret scrypt(const Secret& passphrase, Bytes salt, unsigned work_factor) {
  Secret key(kKeySize);
  if (crypto_pwhash_scryptsalsa208sha256_ll(
          passphrase.bytes().data(), passphrase.size(), salt.data(), salt.size(),
          std::uint64_t{1} << work_factor, 8, 1, key.space().data(), key.size()) != 0) {
    throw base::system_error("scrypt with work factor " + std::to_string(work_factor), errno,
                             base::Exit::temporary);
  }
  return key;
}

std::string base64(Bytes bytes, Padding padding) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant(padding)), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant(padding));
  text.pop_back();  // the terminating zero
  return text;
}

std::optional<std::vector<std::uint8_t>> unbase64(std::string_view text, Padding padding) {
  std::vector<std::uint8_t> bytes(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  if (!is_ascii(text)) return std::nullopt;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                        nullptr, variant(padding)) != 0) {
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

std::optional<Secret> unbase64_secret(std::string_view text) {
  Secret secret(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  if (!is_ascii(text)) return std::nullopt;
  if (sodium_base642bin(secret.space().data(), secret.size(), text.data(), text.size(), "\r\n",
                        &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    return std::nullopt;
  }
  secret.shrink(size);
  return secret;
}

}  // namespace sluice::crypt
