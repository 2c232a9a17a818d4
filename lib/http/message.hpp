#pragma once
// What goes over the wire: one HTTP request and its response, or a mail. Plain values.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/time.hpp"

namespace sluice::http {

/// In order; names are compared without regard to case.
using Headers = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] std::optional<std::string> find_header(const Headers& headers, std::string_view name);

/// The date of a header ("Tue, 15 Nov 1994 08:12:31 GMT", RFC 9110 §5.6.7).
[[nodiscard]] std::optional<base::Time> parse_date(const std::string& text);

struct Response {
  int status = 0;
  Headers headers = {};
  std::string body = {};  ///< at most Limits::body bytes; empty where on_body took it

  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const {
    return find_header(headers, name);
  }
};

struct Request {
  std::string method;    ///< "GET", "PUT", …
  std::string url;       ///< complete and percent-encoded; sent as it is
  Headers headers = {};  ///< besides Host and Content-Length
  base::Bytes body = {};
  /// Takes the body of a 2xx response piece by piece, and is shown its head with each; without it
  /// the body is collected.
  std::function<void(const Response& head, base::Bytes piece)> on_body = {};
};

/// One mail by SMTP (RFC 5321).
struct Mail {
  std::string server;  ///< smtp://host[:port], STARTTLS where it is offered; smtps://host[:port]
  std::string user = {};
  std::string password = {};
  std::string from;             ///< an address alone
  std::vector<std::string> to;  ///< addresses alone
  std::string text;             ///< headers, an empty line, the body; lines end in CRLF
};

/// No (whole) answer came. `sent` says whether the server may have acted on the request.
class TransportError : public base::Error {
 public:
  enum class Kind {
    unreachable,  ///< no connection: nothing was sent
    broken,       ///< reset, cut short, stalled: the request may have been carried out
    refused,      ///< TLS, a malformed URL or answer: trying again will not help
  };
  TransportError(Kind kind, base::Exit status, const std::string& message, std::string hint = {})
      : Error(status, message, std::move(hint)), kind_(kind) {}

  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

}  // namespace sluice::http
