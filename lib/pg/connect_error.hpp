#pragma once
// Why there is no connection: libpq's account, as one clear line. Inside the room only.

#include <libpq-fe.h>

#include <string>

#include "pg/connection.hpp"

namespace sluice::pg {

/// After a failed try, at verbosity PQERRORS_VERBOSE; `server` names where to.
[[nodiscard]] ServerError connect_error(const PGconn* connection, const std::string& server);

}  // namespace sluice::pg
