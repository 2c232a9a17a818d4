#include "s3/patient.hpp"

#include "base/text.hpp"
#include "http/retry.hpp"

namespace sluice::s3 {

namespace {

constexpr std::chrono::seconds kPatience{60};

}  // namespace

http::Response send_patiently(const http::Request& request, const http::Limits& limits,
                              const std::string& object, unsigned retries) {
  const http::Deadline deadline = std::chrono::steady_clock::now() + kPatience;
  http::Retry retry({.retries = retries}, deadline);
  http::Connection connection(limits);
  for (;;) {
    try {
      http::Response response = connection.send(request, deadline);
      if (!http::is_transient(response.status)) return response;
      if (retry.again({}, nullptr)) continue;
      throw base::Error(base::Exit::temporary, base::printable(object) + ": status " +
                                                   std::to_string(response.status) + " from " +
                                                   base::printable(request.url));
    } catch (const http::TransportError& error) {
      if (error.kind() == http::TransportError::Kind::refused || !retry.again({}, nullptr)) {
        throw http::TransportError(error.kind(), error.status(),
                                   base::printable(object) + ": " + error.what(), error.hint());
      }
    }
  }
}

}  // namespace sluice::s3
