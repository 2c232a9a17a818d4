#pragma once
// Environment variables, and the files that stand for them where they are secret. For tools, and
// for the few rooms that read the environment by right: it is where credentials live.

#include <optional>
#include <string>

namespace sluice::io {

/// The trimmed value of `name`; unset and blank are the same.
[[nodiscard]] std::optional<std::string> environment(const char* name);

/// As environment(), or the trimmed content of the file that NAME_FILE names.
/// Throws: base::Error when both are set or the file cannot be read.
[[nodiscard]] std::optional<std::string> secret_from_environment(const char* name);

}  // namespace sluice::io
