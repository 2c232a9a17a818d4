#pragma once
// pg_dump's own options, which pgdump-stream hands on as they are.

#include <string>
#include <vector>

#include "cli/options.hpp"

namespace sluice {

/// They follow the tool's own in its table.
[[nodiscard]] std::vector<cli::Option> dump_filters();

/// Those that were given, as pg_dump takes them.
[[nodiscard]] std::vector<std::string> dump_filters_from(const cli::Args& args);

}  // namespace sluice
