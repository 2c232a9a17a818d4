#pragma once
// What pgdump-stream writes about a whole server.

#include <string>

#include "pg/connection.hpp"
#include "pg/dump.hpp"
#include "stream/sink.hpp"

namespace sluice {

/// The databases one may back up: a name a line, or a JSON object a line.
void write_databases(pg::Connection& connection, bool json, stream::Sink& out);

enum class RolePasswords { written, left_out };

/// Roles, settings, tablespaces as SQL, by pg_dumpall (`chosen`, or the one that fits the server).
void write_globals(pg::Connection& connection, const std::string& chosen, RolePasswords passwords,
                   stream::Sink& out, const pg::Listener& listener);

/// A standby is no place for a backup unless the user says so. Throws: base::Error (unavailable).
void require_primary(pg::Connection& connection, bool replica_ok, const pg::Listener& listener);

}  // namespace sluice
