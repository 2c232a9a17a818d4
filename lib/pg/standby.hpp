#pragma once
// A server that follows another one: what it has may be older than what the other one has.

#include <optional>
#include <string>

#include "pg/connection.hpp"

namespace sluice::pg {

/// "a standby, 3 s behind its primary", from the time of the last transaction that it replayed;
/// nullopt for a server that is none. Throws: ServerError.
[[nodiscard]] std::optional<std::string> standby_state(Connection& connection);

}  // namespace sluice::pg
