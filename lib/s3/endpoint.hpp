#pragma once
// Where a bucket is reached: the server, the style of its URLs and the region to sign for.
// Plain values.

#include <optional>
#include <string>
#include <string_view>

namespace sluice::s3 {

enum class Addressing { path, virtual_hosted };
enum class PlainHttp { private_hosts, anywhere };

struct Endpoint {
  std::string scheme = "https";
  std::string host;       ///< with the port, where it is not the scheme's own
  std::string path = {};  ///< before the bucket, "" or "/…" without a slash at the end
  Addressing addressing = Addressing::path;
  bool aws = false;  ///< the host follows the region

  [[nodiscard]] std::string url() const { return scheme + "://" + host + path; }
};

/// AWS's own endpoint of `region` (Amazon S3 endpoints and quotas).
[[nodiscard]] Endpoint aws_endpoint(const std::string& region);

/// `http://host:port[/path]`, `https://…` or a bare `host[:port]`, which means https.
/// Throws: base::Error (config), also for plain http to a public host unless it is allowed.
[[nodiscard]] Endpoint parse_endpoint(const std::string& url, PlainHttp plain_http);

/// Loopback, private and link-local addresses, names without a dot, and names that the public DNS
/// does not serve (.local, .internal, .svc, …).
[[nodiscard]] bool is_private_host(std::string_view host);

/// Whether that server may send its clients, with what they carry, on to `host`: to itself, what is
/// below it, or what is beside it in its domain.
[[nodiscard]] bool may_lead_to(const Endpoint& endpoint, std::string_view host);

/// How `bucket` is spoken to: the Host header and the path before the key.
struct Target {
  std::string host;
  std::string path;  ///< percent-encoded, no slash at the end
};
[[nodiscard]] Target target(const Endpoint& endpoint, const std::string& bucket);

}  // namespace sluice::s3
