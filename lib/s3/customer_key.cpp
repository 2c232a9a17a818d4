#include "s3/customer_key.hpp"

#include "digest/hash.hpp"

namespace sluice::s3 {

http::Headers customer_key_headers(const std::string& key) {
  const base::Bytes bytes = base::as_bytes(key);
  const std::string prefix = "x-amz-server-side-encryption-customer-";
  return {{prefix + "algorithm", "AES256"},
          {prefix + "key", digest::base64(bytes)},
          {prefix + "key-md5", digest::base64(digest::md5(bytes))}};
}

}  // namespace sluice::s3
