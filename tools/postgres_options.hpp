#pragma once
// What the two PostgreSQL tools have in common on their command lines.

#include <vector>

#include "cli/options.hpp"
#include "pg/conninfo.hpp"

namespace sluice {

/// -h -p -U -w, in front of a tool's own options.
[[nodiscard]] inline std::vector<cli::Option> with_connection_options(
    std::vector<cli::Option> options) {
  options.insert(options.begin(),
                 {{'h', "host", "HOST", "server's host name or socket directory"},
                  {'p', "port", "PORT", "server's port"},
                  {'U', "username", "NAME", "role to connect as"},
                  {'w', "no-password", nullptr, "accepted: a password is never asked for"}});
  return options;
}

/// Where the options point, `database` being a name, a conninfo string, a URI or "".
[[nodiscard]] pg::Where where_from(const cli::Args& args, const std::string& database);

/// libpq has no file for one password; the other tools of sluice do: PGPASSWORD_FILE becomes
/// PGPASSWORD, for libpq here and in the programs started from here. Before any thread starts.
void take_password_file();

}  // namespace sluice
