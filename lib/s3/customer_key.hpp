#pragma once
// SSE-C: the server encrypts contents with a key that it is given in every request and forgets
// (Amazon S3 User Guide, "Using server-side encryption with customer-provided keys").

#include <string>

#include "http/message.hpp"

namespace sluice::s3 {

inline constexpr std::size_t kCustomerKeySize = 32;
/// Sent with a key; a server that knows it answers with it.
inline constexpr char kCustomerKeyAlgorithm[] = "x-amz-server-side-encryption-customer-algorithm";

/// The headers that carry `key`, of kCustomerKeySize bytes. They are a secret.
[[nodiscard]] http::Headers customer_key_headers(const std::string& key);

}  // namespace sluice::s3
