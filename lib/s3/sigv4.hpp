#pragma once
// AWS Signature Version 4, header form (IAM User Guide, "Create a signed AWS API request"; for S3:
// "Authenticating Requests: Using the Authorization Header"). Pure functions.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "http/message.hpp"
#include "s3/credentials.hpp"

namespace sluice::s3 {

enum class Slash { keep, encode };

/// Everything but A-Z a-z 0-9 - . _ ~ becomes %XX, upper case.
[[nodiscard]] std::string percent_encode(std::string_view text, Slash slash);
/// Undoes percent_encode() and reads "+" as a space; what is no escape stays.
[[nodiscard]] std::string percent_decode(std::string_view text);

using Query = std::vector<std::pair<std::string, std::string>>;

/// Sorted and encoded, as it is signed and as it is sent: "a=1&b=".
[[nodiscard]] std::string canonical_query(const Query& query);

/// What is signed: every header that is listed, Host and X-Amz-Date among them.
struct Signable {
  std::string method;
  std::string path;   ///< percent-encoded
  std::string query;  ///< canonical
  http::Headers headers;
  std::string payload_hash;  ///< hexadecimal SHA-256 of the body
};

[[nodiscard]] std::string canonical_request(const Signable& request);

struct Scope {
  base::Time time;
  std::string region;
  std::string service = "s3";
};

/// "20130524T000000Z": the value of X-Amz-Date.
[[nodiscard]] std::string amz_date(base::Time time);

/// The value of the Authorization header.
[[nodiscard]] std::string authorization(const Signable& request, const Credentials& credentials,
                                        const Scope& scope);

}  // namespace sluice::s3
