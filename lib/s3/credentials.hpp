#pragma once
// Who we are to the server, and where that is found: the environment, then the profile files.
// Credentials never stand in a message.

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

/// The chain for `profile` ("" is AWS_PROFILE or "default"). Throws: base::Error (config) for a
/// profile asked for by name that does not exist.
[[nodiscard]] std::unique_ptr<CredentialSource> find_credentials(
    const std::optional<std::string>& profile, const Profiles& profiles);

}  // namespace sluice::s3
