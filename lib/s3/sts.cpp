#include "s3/sts.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "digest/hash.hpp"
#include "io/fd.hpp"
#include "s3/answer.hpp"
#include "s3/environment.hpp"
#include "s3/patient.hpp"

namespace sluice::s3 {

using base::Error;
using base::Exit;

namespace {

Endpoint sts_endpoint(const std::string& region) {
  if (const auto url = environment("AWS_ENDPOINT_URL_STS")) {
    return parse_endpoint(*url, PlainHttp::private_hosts);
  }
  return parse_endpoint(
      "https://sts." + region + ".amazonaws.com" + (region.starts_with("cn-") ? ".cn" : ""),
      PlainHttp::private_hosts);
}

Query form_of(const char* action, const Role& role) {
  Query form{{"Action", action},
             {"Version", "2011-06-15"},
             {"RoleArn", role.arn},
             {"RoleSessionName", role.session}};
  if (!role.external_id.empty()) form.emplace_back("ExternalId", role.external_id);
  return form;
}

}  // namespace

SecurityTokenService::SecurityTokenService(std::string region, std::string ca_bundle)
    : region_(std::move(region)),
      ca_bundle_(std::move(ca_bundle)),
      endpoint_(sts_endpoint(region_)) {}

Credentials SecurityTokenService::assume_role(const Role& role, const Credentials& ours) const {
  return ask(role, form_of("AssumeRole", role), &ours);
}

Credentials SecurityTokenService::assume_role_with_web_identity(
    const Role& role, const std::string& token_file) const {
  Query form = form_of("AssumeRoleWithWebIdentity", role);
  form.emplace_back("WebIdentityToken", base::trim(io::read_file(token_file, 64 << 10)));
  return ask(role, form, nullptr);
}

Credentials SecurityTokenService::ask(const Role& role, const Query& form,
                                      const Credentials* ours) const {
  const std::string body = canonical_query(form);
  const base::Time now = base::now();
  http::Request request{.method = "POST",
                        .url = endpoint_.url() + "/",
                        .headers = {{"content-type", "application/x-www-form-urlencoded"}},
                        .body = base::as_bytes(body)};
  if (ours != nullptr) {
    const std::string hash = base::hex(base::as_text(digest::sha256(request.body)));
    request.headers.emplace_back("x-amz-date", amz_date(now));
    if (!ours->session_token.empty()) {
      request.headers.emplace_back("x-amz-security-token", ours->session_token);
    }
    Signable signable{"POST", endpoint_.path + "/", "", request.headers, hash};
    signable.headers.emplace_back("host", endpoint_.host);
    request.headers.emplace_back("Authorization",
                                 authorization(signable, *ours, {now, region_, "sts"}));
  }
  http::Limits limits;
  limits.ca_bundle = ca_bundle_;
  const http::Response response = send_patiently(request, limits, "role " + role.arn);
  if (response.ok()) return parse_sts_credentials(response.body);
  const ErrorAnswer answer = parse_error(response.body);
  throw Error(answer.code == "AccessDenied" ? Exit::permission : Exit::config,
              base::printable("role " + role.arn + ": " + endpoint_.url() + " refused it: " +
                              (answer.code.empty() ? "status " + std::to_string(response.status)
                                                   : answer.code + " " + answer.message)));
}

}  // namespace sluice::s3
