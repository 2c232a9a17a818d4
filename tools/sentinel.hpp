#pragma once
// What the modes of sentinel share.

#include "cli/run.hpp"

namespace sluice::sentinel {

[[nodiscard]] cli::Mode mark_mode();

}  // namespace sluice::sentinel
