#pragma once
// The receipt of s3put: one line of JSON about what is durable now.

#include <string>

#include "store/store.hpp"

namespace sluice {

[[nodiscard]] std::string receipt_json(const std::string& url, const store::Receipt& receipt,
                                       double seconds);

/// Writes it to `path`; "-" is standard output, "" is nowhere. Throws: base::Error.
void report_receipt(const std::string& path, const std::string& url, const store::Receipt& receipt,
                    double seconds);

}  // namespace sluice
