#include "s3/credential_profile.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "io/child.hpp"
#include "s3/environment.hpp"
#include "s3/metadata.hpp"
#include "s3/sts.hpp"

namespace sluice::s3 {

using base::Error;
using base::Exit;

namespace {

constexpr int kLongestChain = 5;
constexpr std::size_t kLongestAnswer = 64 << 10;

Credentials from_process(const std::string& command) {
  io::Child child({"/bin/sh", "-c", command}, {.pipe_stdout = true});
  base::Buffer answer(kLongestAnswer);
  answer.grow(io::read_full(child.output().get(), answer.space(), "credential_process"));
  const io::ChildStatus status = child.wait();
  if (!status.ok()) {
    throw Error(Exit::config, "credential_process: " + status.describe(),
                "the profile's command is to print JSON");
  }
  return parse_credentials_json(std::string(base::as_text(answer.bytes())), "credential_process");
}

class ProfileReader {
 public:
  explicit ProfileReader(const CredentialSettings& settings) : settings_(settings) {}

  std::optional<Credentials> read(const std::string& profile, int depth) const {
    const auto get = [&](const char* key) { return settings_.profiles.get(profile, key); };
    if (const auto role = get("role_arn")) return take_role(*role, profile, depth);
    const auto access = get("aws_access_key_id");
    const auto secret = get("aws_secret_access_key");
    if (access || secret) {
      return require_pair(access, secret, get("aws_session_token"),
                          "profile " + base::printable(profile));
    }
    if (const auto command = get("credential_process")) return from_process(*command);
    return std::nullopt;
  }

 private:
  Credentials take_role(const std::string& arn, const std::string& profile, int depth) const {
    const auto get = [&](const char* key) { return settings_.profiles.get(profile, key); };
    const SecurityTokenService service(get("region").value_or(settings_.region),
                                       settings_.ca_bundle);
    const Role role{.arn = arn,
                    .session = get("role_session_name").value_or("sluice"),
                    .external_id = get("external_id").value_or("")};
    if (const auto file = get("web_identity_token_file")) {
      return service.assume_role_with_web_identity(role, *file);
    }
    if (depth >= kLongestChain) {
      throw Error(Exit::config, "profile " + base::printable(profile) +
                                    ": the chain of source profiles does not end");
    }
    const auto source = own_credentials(profile, depth);
    if (!source) {
      throw Error(Exit::config,
                  "profile " + base::printable(profile) + ": has a role and nobody to take it",
                  "it needs a source_profile, a credential_source or a web_identity_token_file");
    }
    return service.assume_role(role, *source);
  }

  // Those that a role is taken with.
  std::optional<Credentials> own_credentials(const std::string& profile, int depth) const {
    const auto get = [&](const char* key) { return settings_.profiles.get(profile, key); };
    const auto source = get("source_profile");
    if (source && *source != profile) return read(*source, depth + 1);
    if (source) {
      return require_pair(get("aws_access_key_id"), get("aws_secret_access_key"),
                          get("aws_session_token"), "profile " + base::printable(profile));
    }
    const std::string kind = get("credential_source").value_or("");
    if (kind == "EcsContainer") return from_container(settings_.ca_bundle);
    if (kind == "Ec2InstanceMetadata") return from_machine();
    if (kind != "Environment") return std::nullopt;
    return require_pair(secret_from_environment("AWS_ACCESS_KEY_ID"),
                        secret_from_environment("AWS_SECRET_ACCESS_KEY"),
                        secret_from_environment("AWS_SESSION_TOKEN"), "the environment");
  }

  const CredentialSettings& settings_;
};

}  // namespace

std::optional<Credentials> from_profile(const CredentialSettings& settings,
                                        const std::string& profile) {
  return ProfileReader(settings).read(profile, 0);
}

}  // namespace sluice::s3
