#pragma once
// The variables that AWS's own tools read. The s3 room reads the environment by right: it is where
// credentials live.

#include <optional>
#include <string>

namespace sluice::s3 {

/// The trimmed value of `name`; unset and blank are the same.
[[nodiscard]] std::optional<std::string> environment(const char* name);

/// As environment(), or the trimmed content of the file that NAME_FILE names.
/// Throws: base::Error when both are set or the file cannot be read.
[[nodiscard]] std::optional<std::string> secret_from_environment(const char* name);

}  // namespace sluice::s3
