#include "digest/hash.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sluice::digest {

using base::Bytes;

namespace {

void require(bool ok) {
  if (!ok) throw base::Error(base::Exit::software, "libcrypto: a digest failed");
}

}  // namespace

Sha256 sha256(Bytes bytes) {
  Sha256 value{};
  require(EVP_Digest(bytes.data(), bytes.size(), value.data(), nullptr, EVP_sha256(), nullptr) ==
          1);
  return value;
}

Sha256 hmac_sha256(Bytes key, Bytes bytes) {
  Sha256 value{};
  unsigned length = 0;
  require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(),
               value.data(), &length) != nullptr);
  return value;
}

Md5 md5(Bytes bytes) {
  Md5 value{};
  require(EVP_Digest(bytes.data(), bytes.size(), value.data(), nullptr, EVP_md5(), nullptr) == 1);
  return value;
}

std::string hex(Bytes bytes) { return base::hex(base::as_text(bytes)); }

std::string base64(Bytes bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                  static_cast<int>(bytes.size()));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes(text.size(), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  const auto padding = static_cast<std::size_t>(std::count(text.begin(), text.end(), '='));
  if (padding > 2) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);  // libcrypto counts the padding, too
  if (base64(base::as_bytes(bytes)) != text) return std::nullopt;
  return bytes;
}

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr &&
          EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr) == 1);
}

Sha256Stream::~Sha256Stream() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Sha256Stream::update(Bytes bytes) {
  require(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) == 1);
}

Sha256 Sha256Stream::finish() {
  Sha256 value{};
  require(EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), value.data(), nullptr) == 1);
  return value;
}

Md5Stream::Md5Stream() : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr &&
          EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_md5(), nullptr) == 1);
}

Md5Stream::~Md5Stream() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Md5Stream::update(Bytes bytes) {
  require(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) == 1);
}

Md5 Md5Stream::finish() {
  Md5 value{};
  require(EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), value.data(), nullptr) == 1);
  return value;
}

}  // namespace sluice::digest
