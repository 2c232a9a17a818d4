#pragma once
// What pgrestore-stream's options ask for.

#include <string>

#include "cli/options.hpp"
#include "pg/restore.hpp"

namespace sluice {

/// `program` is the name that sessions bear. Throws: base::Error (usage).
[[nodiscard]] pg::RestoreRequest restore_request_from(const cli::Args& args,
                                                      const std::string& program);

}  // namespace sluice
