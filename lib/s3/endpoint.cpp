#include "s3/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "s3/sigv4.hpp"

namespace sluice::s3 {

using base::Error;
using base::Exit;

namespace {

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

bool is_private_v4(std::uint32_t address) {
  const auto in = [&](std::uint32_t network, int bits) {
    return (address ^ network) >> (32 - bits) == 0;
  };
  return in(0x7f000000, 8) || in(0x0a000000, 8) || in(0xac100000, 12) || in(0xc0a80000, 16) ||
         in(0xa9fe0000, 16) || in(0x64400000, 10);
}

bool is_private_v6(const in6_addr& address) {
  const bool unique_local = (address.s6_addr[0] & 0xfe) == 0xfc;
  const bool link_local = address.s6_addr[0] == 0xfe && (address.s6_addr[1] & 0xc0) == 0x80;
  return IN6_IS_ADDR_LOOPBACK(&address) || unique_local || link_local;
}

}  // namespace

bool is_private_host(std::string_view host_and_port) {
  const std::string host = base::lower(without_port(host_and_port));
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return is_private_v4(ntohl(v4.s_addr));
  in6_addr v6{};
  if (::inet_pton(AF_INET6, host.c_str(), &v6) == 1) return is_private_v6(v6);
  if (host.find('.') == std::string::npos) return true;
  constexpr std::array<std::string_view, 7> kPrivate{
      ".localhost", ".local", ".internal", ".svc", ".lan", ".home.arpa", ".test"};
  return std::any_of(kPrivate.begin(), kPrivate.end(),
                     [&](std::string_view suffix) { return host.ends_with(suffix); });
}

Endpoint aws_endpoint(const std::string& region) {
  Endpoint endpoint;
  endpoint.host = "s3." + region + ".amazonaws.com" + (region.starts_with("cn-") ? ".cn" : "");
  endpoint.addressing = Addressing::virtual_hosted;
  endpoint.aws = true;
  return endpoint;
}

Endpoint parse_endpoint(const std::string& url, PlainHttp plain_http) {
  Endpoint endpoint;
  std::string_view rest = url;
  if (const std::size_t colon = rest.find("://"); colon != std::string_view::npos) {
    endpoint.scheme = base::lower(rest.substr(0, colon));
    rest.remove_prefix(colon + 3);
  }
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  endpoint.host = rest.substr(0, slash);
  endpoint.path = rest.substr(slash);
  while (endpoint.path.ends_with('/')) endpoint.path.pop_back();
  const bool known_scheme = endpoint.scheme == "http" || endpoint.scheme == "https";
  if (!known_scheme || endpoint.host.empty() ||
      endpoint.host.find_first_of(" @?#\\") != std::string::npos ||
      endpoint.path.find_first_of(" ?#") != std::string::npos) {
    throw Error(Exit::config, "endpoint " + base::printable(url) + ": not an http(s) URL",
                "write https://HOST[:PORT]");
  }
  if (endpoint.scheme == "http" && plain_http == PlainHttp::private_hosts &&
      !is_private_host(endpoint.host)) {
    throw Error(Exit::config,
                "endpoint " + base::printable(url) + ": plain http would cross a public network",
                "use https, or say --insecure-http");
  }
  if (endpoint.host.ends_with(".amazonaws.com")) endpoint.addressing = Addressing::virtual_hosted;
  return endpoint;
}

bool may_lead_to(const Endpoint& endpoint, std::string_view host) {
  const std::string from = base::lower(without_port(endpoint.host));
  const std::string to = base::lower(without_port(host));
  std::string beside = from.substr(std::min(from.find('.'), from.size()));
  if (endpoint.aws) beside = from.substr(from.find(".amazonaws.com"));
  const bool is_domain = std::count(beside.begin(), beside.end(), '.') > 1;
  return to == from || to.ends_with("." + from) || (is_domain && to.ends_with(beside));
}

Target target(const Endpoint& endpoint, const std::string& bucket) {
  if (bucket.empty()) return {endpoint.host, endpoint.path};
  // A certificate for *.s3.REGION does not cover a name with further dots.
  const bool dotted = bucket.find('.') != std::string::npos && endpoint.scheme == "https";
  if (endpoint.addressing == Addressing::virtual_hosted && !dotted) {
    return {bucket + "." + endpoint.host, endpoint.path};
  }
  return {endpoint.host, endpoint.path + "/" + percent_encode(bucket, Slash::encode)};
}

}  // namespace sluice::s3
