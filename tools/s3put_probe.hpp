#pragma once
// s3put --probe: what the server can do, and which options that calls for.

#include "store_options.hpp"

namespace sluice {

/// False without --probe. Prints a line for each ability, and at last the options.
/// Throws: base::Error.
[[nodiscard]] bool probe_server(const cli::Context& context);

}  // namespace sluice
