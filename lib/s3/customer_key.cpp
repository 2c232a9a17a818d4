#include "s3/customer_key.hpp"

#include "digest/hash.hpp"

namespace sluice::s3 {

http::Headers customer_key_headers(const std::string& key) {
  const base::Bytes bytes = base::as_bytes(key);
  return {{kCustomerKeyAlgorithm, "AES256"},
          {"x-amz-server-side-encryption-customer-key", digest::base64(bytes)},
          {"x-amz-server-side-encryption-customer-key-md5", digest::base64(digest::md5(bytes))}};
}

}  // namespace sluice::s3
