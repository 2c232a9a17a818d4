#include "http/curl_error.hpp"

#include "base/text.hpp"

namespace sluice::http {

using base::Exit;

std::string server_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t start = scheme == std::string::npos ? 0 : scheme + 3;
  const std::string server = url.substr(0, url.find_first_of("/?", start));
  const std::size_t at = server.rfind('@');
  return at == std::string::npos ? server : server.substr(0, start) + server.substr(at + 1);
}

TransportError transport_error(CURLcode code, const std::string& url, const char* detail) {
  const std::string server = base::printable(server_of(url));
  const std::string reason = base::printable(*detail != '\0' ? detail : curl_easy_strerror(code));
  using Kind = TransportError::Kind;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Kind::unreachable, Exit::temporary, server + ": the host name does not resolve",
              "check the endpoint and the network"};
    case CURLE_COULDNT_CONNECT:
      return {Kind::unreachable, Exit::temporary, server + ": cannot connect: " + reason,
              "is the server up, and the endpoint right?"};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return {Kind::refused, Exit::config, server + ": its certificate is not trusted: " + reason,
              "give the authority's certificate by --ca-bundle or AWS_CA_BUNDLE"};
    case CURLE_SSL_CONNECT_ERROR:
      return {Kind::broken, Exit::temporary, server + ": no TLS connection: " + reason,
              "does this port speak https?"};
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {Kind::refused, Exit::config, base::printable(url) + ": not a URL that can be used"};
    case CURLE_LOGIN_DENIED:
      return {Kind::refused, Exit::config, server + ": the login was refused: " + reason};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
      return {Kind::refused, Exit::protocol, server + ": does not answer in HTTP: " + reason,
              "check the endpoint"};
    case CURLE_OPERATION_TIMEDOUT:
      return {Kind::broken, Exit::temporary, server + ": the transfer stalled: " + reason};
    default: return {Kind::broken, Exit::temporary, server + ": " + reason};
  }
}

}  // namespace sluice::http
