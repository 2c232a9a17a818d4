#include "s3/credentials.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "s3/credential_profile.hpp"
#include "s3/environment.hpp"
#include "s3/metadata.hpp"
#include "s3/sts.hpp"

namespace sluice::s3 {

using base::Error;
using base::Exit;

namespace {

// Early enough for a request that waits in line and is tried again.
constexpr std::chrono::minutes kRefreshBefore{5};

std::optional<Credentials> from_environment() {
  const auto access = secret_from_environment("AWS_ACCESS_KEY_ID");
  const auto secret = secret_from_environment("AWS_SECRET_ACCESS_KEY");
  if (!access && !secret) return std::nullopt;
  return require_pair(access, secret, secret_from_environment("AWS_SESSION_TOKEN"),
                      "the environment");
}

// What Kubernetes gives a pod whose service account has a role.
std::optional<Credentials> from_web_identity(const CredentialSettings& settings) {
  const auto file = environment("AWS_WEB_IDENTITY_TOKEN_FILE");
  const auto role = environment("AWS_ROLE_ARN");
  if (!file || !role) return std::nullopt;
  const SecurityTokenService service(settings.region, settings.ca_bundle);
  return service.assume_role_with_web_identity(
      {.arn = *role, .session = environment("AWS_ROLE_SESSION_NAME").value_or("sluice")}, *file);
}

Credentials look_up(const CredentialSettings& settings) {
  const std::string profile =
      settings.profile ? *settings.profile : environment("AWS_PROFILE").value_or("default");
  // A profile given as an option goes before the environment, as with AWS's own tools.
  if (!settings.profile) {
    if (auto found = from_environment()) return *found;
    if (auto found = from_web_identity(settings)) return *found;
  }
  if (auto found = from_profile(settings, profile)) return *found;
  if (auto found = from_container(settings.ca_bundle)) return *found;
  if (auto found = from_machine()) return *found;
  throw Error(Exit::config, "credentials: none found",
              "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or each with _FILE), or "
              "AWS_PROFILE");
}

}  // namespace

Credentials require_pair(const std::optional<std::string>& access,
                         const std::optional<std::string>& secret,
                         const std::optional<std::string>& token, const std::string& where) {
  if (!access || !secret) {
    throw Error(Exit::config, "credentials: " + where + " has only one half of the key pair",
                std::string("the ") + (access ? "secret key" : "access key id") + " is missing");
  }
  return {*access, *secret, token.value_or("")};
}

Credentials parse_credentials_json(const std::string& text, const std::string& where) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto member = [&](const char* name) -> std::optional<std::string> {
    if (!json.is_object() || !json.contains(name) || !json[name].is_string()) return std::nullopt;
    return std::string(base::trim(json[name].get<std::string>()));
  };
  const auto access = member("AccessKeyId");
  const auto secret = member("SecretAccessKey");
  if (!access && !secret) {
    throw Error(Exit::config, "credentials: " + where + " gave none",
                base::printable(member("Message").value_or("")));
  }
  const auto token = member("Token");
  Credentials found = require_pair(access, secret, token ? token : member("SessionToken"), where);
  if (const auto expires = member("Expiration")) found.expires = base::parse_time(*expires);
  return found;
}

Credentials CredentialSource::get() {
  const std::lock_guard lock(mutex_);
  const base::Time now = base::now();
  if (!current_) {
    current_ = fetch_();
  } else if (current_->expires && now + kRefreshBefore >= *current_->expires) {
    try {
      current_ = fetch_();
    } catch (const Error&) {
      // Those that we have are good for a while yet: the next request asks again.
      if (now >= *current_->expires) throw;
    }
  }
  return *current_;
}

bool CredentialSource::replace(const Credentials& rejected) {
  const std::lock_guard lock(mutex_);
  const auto same = [&] {
    return current_ && current_->session_token == rejected.session_token &&
           current_->access_key == rejected.access_key;
  };
  if (same()) current_ = fetch_();
  return !same();
}

std::unique_ptr<CredentialSource> find_credentials(CredentialSettings settings) {
  const auto asked = settings.profile ? settings.profile : environment("AWS_PROFILE");
  if (asked && !settings.profiles.has(*asked)) {
    throw Error(Exit::config, "profile " + base::printable(*asked) + ": not in the AWS files",
                "look at ~/.aws/config and ~/.aws/credentials");
  }
  return std::make_unique<CredentialSource>(
      [settings = std::move(settings)] { return look_up(settings); });
}

}  // namespace sluice::s3
