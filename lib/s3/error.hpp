#pragma once
// A refusal of the server, in the words and with the exit status of the tools.

#include <string>

#include "base/error.hpp"
#include "http/message.hpp"
#include "s3/answer.hpp"

namespace sluice::s3 {

class ServerError : public base::Error {
 public:
  ServerError(base::Exit status, const std::string& message, std::string hint, int http_status,
              std::string code)
      : Error(status, message, std::move(hint)),
        http_status_(http_status),
        code_(std::move(code)) {}

  [[nodiscard]] int http_status() const { return http_status_; }
  /// S3's name for it ("NoSuchKey"); "" where it gave none.
  [[nodiscard]] const std::string& code() const { return code_; }

 private:
  int http_status_;
  std::string code_;
};

/// `object` is the URL of what was asked for, `server` the endpoint.
[[nodiscard]] ServerError server_error(const std::string& object, const std::string& server,
                                       int http_status, const ErrorAnswer& answer);

}  // namespace sluice::s3
