#include "pgdump_stream_server.hpp"

#include "base/text.hpp"
#include "pg/client.hpp"
#include "pg/conninfo.hpp"
#include "pg/databases.hpp"
#include "pg/standby.hpp"

namespace sluice {

void write_databases(pg::Connection& connection, bool json, stream::Sink& out) {
  for (const pg::Database& database : pg::list_databases(connection)) {
    const std::string line = json ? "{\"name\":" + base::json_quote(database.name) +
                                        ",\"owner\":" + base::json_quote(database.owner) +
                                        ",\"encoding\":" + base::json_quote(database.encoding) +
                                        ",\"size\":" + std::to_string(database.size) + "}\n"
                                  : base::printable(pg::as_operand(database.name)) + "\n";
    out.write(base::as_bytes(line));
  }
}

void require_primary(pg::Connection& connection, bool replica_ok, const pg::Listener& listener) {
  const auto state = pg::standby_state(connection);
  if (!state) return;
  const std::string what = "server " + connection.server() + ": is " + *state;
  if (replica_ok) return listener.info(what);
  throw base::Error(base::Exit::unavailable, what,
                    "dump from the primary, or say --replica-ok if what is older will do");
}

void write_globals(pg::Connection& connection, const std::string& chosen, RolePasswords passwords,
                   stream::Sink& out, const pg::Listener& listener) {
  // Who chose a pg_dump means the pg_dumpall beside it.
  const std::string beside =
      chosen.empty() ? chosen : chosen.substr(0, chosen.rfind('/') + 1) + "pg_dumpall";
  const pg::Client client =
      pg::find_client("pg_dumpall", connection.major(), beside, listener.warn);
  const bool wanted = passwords == RolePasswords::written;
  const bool readable = pg::may_read_passwords(connection);
  if (wanted && !readable) {
    listener.warn("roles are written without passwords: only a superuser may read them");
  }
  const std::vector<std::string> options(wanted && readable ? 0 : 1, "--no-role-passwords");
  pg::dump_globals(client, connection.conninfo(), options, out, listener);
}

}  // namespace sluice
