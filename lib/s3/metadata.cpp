#include "s3/metadata.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "io/fd.hpp"
#include "s3/endpoint.hpp"
#include "s3/environment.hpp"
#include "s3/patient.hpp"

namespace sluice::s3 {

using base::Error;
using base::Exit;

namespace {

constexpr char kContainerHost[] = "http://169.254.170.2";
constexpr char kMachineHost[] = "http://169.254.169.254";
constexpr char kRolePath[] = "/latest/meta-data/iam/security-credentials/";

// On any other machine nobody answers at that address: do not wait long to find out.
http::Limits near_by(std::chrono::seconds connect) {
  http::Limits limits;
  limits.connect = connect;
  limits.stall = std::chrono::seconds(5);
  limits.proxy = http::Limits::Proxy::none;
  return limits;
}

// RFC 9110 field content ends at a line: a token must not bring headers of its own.
std::string one_line(const std::string& token) {
  if (token.find_first_of("\r\n") != std::string::npos) {
    throw Error(Exit::config, "AWS_CONTAINER_AUTHORIZATION_TOKEN: more than one line");
  }
  return token;
}

std::optional<std::string> container_token() {
  if (const auto file = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    return one_line(std::string(base::trim(io::read_file(*file, 64 << 10))));
  }
  const auto token = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  if (!token) return std::nullopt;
  return one_line(*token);
}

}  // namespace

std::optional<Credentials> from_container(const std::string& ca_bundle) {
  const auto relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!relative && !full) return std::nullopt;
  const std::string url = relative ? kContainerHost + *relative : *full;
  // The token is a secret: it travels as other secrets do.
  const std::size_t host = url.find("://");
  (void)parse_endpoint(
      url.substr(0, url.find_first_of("/?", host == std::string::npos ? 0 : host + 3)),
      PlainHttp::private_hosts);
  http::Request request{.method = "GET", .url = url};
  if (const auto token = container_token()) request.headers.emplace_back("Authorization", *token);
  http::Limits limits = near_by(std::chrono::seconds(5));
  limits.ca_bundle = ca_bundle;
  const http::Response response = send_patiently(request, limits, "credentials of the container");
  if (!response.ok()) {
    throw Error(Exit::config, "credentials of the container: status " +
                                  std::to_string(response.status) + " from " +
                                  base::printable(url));
  }
  return parse_credentials_json(response.body, "the container's endpoint");
}

std::optional<Credentials> from_machine() {
  if (base::lower(environment("AWS_EC2_METADATA_DISABLED").value_or("")) == "true") {
    return std::nullopt;
  }
  const std::string host = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or(kMachineHost);
  const http::Limits limits = near_by(std::chrono::seconds(1));
  const auto get = [&](const std::string& path, const std::string& token) {
    return send_patiently(
        {.method = "GET", .url = host + path, .headers = {{"X-aws-ec2-metadata-token", token}}},
        limits, "credentials of this machine", 2);
  };
  http::Response session;
  try {
    session = send_patiently({.method = "PUT",
                              .url = host + "/latest/api/token",
                              .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}}},
                             limits, "credentials of this machine", 1);
  } catch (const http::TransportError&) {
    return std::nullopt;
  }
  if (!session.ok()) return std::nullopt;
  const http::Response roles = get(kRolePath, session.body);
  const std::string role(base::trim(roles.body.substr(0, roles.body.find('\n'))));
  if (!roles.ok() || role.empty()) return std::nullopt;
  const http::Response answer = get(kRolePath + role, session.body);
  if (!answer.ok()) {
    throw Error(Exit::config, "credentials of this machine: status " +
                                  std::to_string(answer.status) + " for role " +
                                  base::printable(role));
  }
  return parse_credentials_json(answer.body, "the machine's metadata");
}

}  // namespace sluice::s3
