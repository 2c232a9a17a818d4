#pragma once
// One request to a small service that is asked rarely: sent again after failures that may pass.

#include <string>

#include "http/connection.hpp"

namespace sluice::s3 {

/// Any status that is not transient is a response. Throws: http::TransportError, naming `object`;
/// base::Error (temporary) when the service keeps failing.
[[nodiscard]] http::Response send_patiently(const http::Request& request,
                                            const http::Limits& limits, const std::string& object,
                                            unsigned retries = 4);

}  // namespace sluice::s3
