#pragma once
// What libcurl says went wrong, in the words and with the exit status of the tools.

#include <curl/curl.h>

#include <string>

#include "http/message.hpp"

namespace sluice::http {

/// Scheme, host and port; what may be secret (user information, path, query) is left out.
[[nodiscard]] std::string server_of(const std::string& url);

/// `detail` is libcurl's own text, "" for none.
[[nodiscard]] TransportError transport_error(CURLcode code, const std::string& url,
                                             const char* detail);

}  // namespace sluice::http
