#include "pg/standby.hpp"

namespace sluice::pg {

std::optional<std::string> standby_state(Connection& connection) {
  // Without a transaction to replay the time stands still, however well it follows.
  const Rows rows = connection.query(
      "SELECT pg_catalog.pg_is_in_recovery(),"
      " CASE WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() THEN 0"
      " ELSE extract(epoch FROM now() - pg_catalog.pg_last_xact_replay_timestamp())::bigint END");
  if (rows.text(0, 0) != "t") return std::nullopt;
  const bool known = !rows.is_null(0, 1);
  return "a standby, " + (known ? rows.text(0, 1) + " s" : std::string("nobody knows how far")) +
         " behind its primary";
}

}  // namespace sluice::pg
