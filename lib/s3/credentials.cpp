#include "s3/credentials.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "s3/environment.hpp"

namespace sluice::s3 {

using base::Error;
using base::Exit;

namespace {

// Early enough for a request that waits in line and is tried again.
constexpr std::chrono::minutes kRefreshBefore{5};

Credentials require_pair(const std::optional<std::string>& access,
                         const std::optional<std::string>& secret,
                         const std::optional<std::string>& token, const std::string& where) {
  if (!access || !secret) {
    throw Error(Exit::config, "credentials: " + where + " has only one half of the key pair",
                std::string("the ") + (access ? "secret key" : "access key id") + " is missing");
  }
  return {*access, *secret, token.value_or("")};
}

std::optional<Credentials> from_environment() {
  const auto access = secret_from_environment("AWS_ACCESS_KEY_ID");
  const auto secret = secret_from_environment("AWS_SECRET_ACCESS_KEY");
  if (!access && !secret) return std::nullopt;
  return require_pair(access, secret, secret_from_environment("AWS_SESSION_TOKEN"),
                      "the environment");
}

std::optional<Credentials> from_profile(const Profiles& profiles, const std::string& profile) {
  const auto access = profiles.get(profile, "aws_access_key_id");
  const auto secret = profiles.get(profile, "aws_secret_access_key");
  if (!access && !secret) return std::nullopt;
  return require_pair(access, secret, profiles.get(profile, "aws_session_token"),
                      "profile " + base::printable(profile));
}

}  // namespace

Credentials CredentialSource::get() {
  const std::lock_guard lock(mutex_);
  const bool stale =
      current_ && current_->expires && base::now() + kRefreshBefore >= *current_->expires;
  if (!current_ || stale) current_ = fetch_();
  return *current_;
}

bool CredentialSource::replace(const Credentials& rejected) {
  const std::lock_guard lock(mutex_);
  if (!current_ || current_->session_token == rejected.session_token) current_ = fetch_();
  return current_->session_token != rejected.session_token ||
         current_->access_key != rejected.access_key;
}

std::unique_ptr<CredentialSource> find_credentials(const std::optional<std::string>& profile,
                                                   const Profiles& profiles) {
  const auto asked = profile ? profile : environment("AWS_PROFILE");
  if (asked && !profiles.has(*asked)) {
    throw Error(Exit::config, "profile " + base::printable(*asked) + ": not in the AWS files",
                "look at ~/.aws/config and ~/.aws/credentials");
  }
  return std::make_unique<CredentialSource>([by_name = profile, asked, profiles]() -> Credentials {
    // A profile given as an option goes before the environment, as with AWS's own tools.
    if (!by_name) {
      if (auto found = from_environment()) return *found;
    }
    if (auto found = from_profile(profiles, asked.value_or("default"))) return *found;
    throw Error(Exit::config, "credentials: none found",
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or each with _FILE), or "
                "AWS_PROFILE");
  });
}

}  // namespace sluice::s3
