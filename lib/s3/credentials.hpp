#pragma once
// Who we are to the server, and where that is found (AWS SDKs and Tools Reference Guide,
// "Standardized credential providers"), in this order: a profile that was asked for by name, the
// environment, a web identity, the profile, the container's endpoint, the machine's. Credentials
// never stand in a message.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "s3/profile.hpp"

namespace sluice::s3 {

struct Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token = {};
  std::optional<base::Time> expires = {};
};

/// Looks credentials up when they are first needed, and again before they expire. Any thread.
class CredentialSource {
 public:
  using Fetch = std::function<Credentials()>;
  explicit CredentialSource(Fetch fetch) : fetch_(std::move(fetch)) {}

  /// Throws: base::Error (config) when there are none.
  [[nodiscard]] Credentials get();
  /// The server calls these expired: true when a look-up brought others.
  bool replace(const Credentials& rejected);

 private:
  Fetch fetch_;
  std::mutex mutex_;
  std::optional<Credentials> current_;
};

/// What a look-up needs to know.
struct CredentialSettings {
  std::optional<std::string> profile = {};  ///< asked for by name, else AWS_PROFILE, "default"
  Profiles profiles;
  std::string region;  ///< of the security token service
  std::string ca_bundle = {};
};

/// Throws: base::Error (config) for a profile asked for by name that does not exist.
[[nodiscard]] std::unique_ptr<CredentialSource> find_credentials(CredentialSettings settings);

/// `access` and `secret` belong together. Throws: base::Error (config) when one is missing.
[[nodiscard]] Credentials require_pair(const std::optional<std::string>& access,
                                       const std::optional<std::string>& secret,
                                       const std::optional<std::string>& token,
                                       const std::string& where);

/// {"AccessKeyId": …, "SecretAccessKey": …, "Token" or "SessionToken": …, "Expiration": …}: what
/// the container's endpoint, the machine's and a credential_process answer.
/// Throws: base::Error (config), naming `where`.
[[nodiscard]] Credentials parse_credentials_json(const std::string& text, const std::string& where);

}  // namespace sluice::s3
