#pragma once
// The command whose output s3put stores.

#include <optional>
#include <string>
#include <vector>

#include "io/child.hpp"
#include "stream/input.hpp"

namespace sluice {

/// Starts the command as `child`, to be waited for by require_success().
[[nodiscard]] stream::Input input_from(std::optional<io::Child>& child,
                                       const std::vector<std::string>& command, bool allow_empty);

/// Throws: base::Error (data) unless the command, and who wrote what it may have read, ended well.
void require_success(io::Child& child);

}  // namespace sluice
