#pragma once
// The databases of a server, as a backup sees them.

#include <cstdint>
#include <string>
#include <vector>

#include "pg/connection.hpp"

namespace sluice::pg {

struct Database {
  std::string name;
  std::string owner;
  std::string encoding;
  std::uint64_t size = 0;  ///< bytes on the server's disk
};

/// Those that one may back up: no templates, none that refuses connections or us, none that is a
/// restore under way. By name.
[[nodiscard]] std::vector<Database> list_databases(Connection& connection);

/// May this session read roles' passwords (pg_authid)?
[[nodiscard]] bool may_read_passwords(Connection& connection);

}  // namespace sluice::pg
