#include "pg/connect_error.hpp"

#include "base/text.hpp"

namespace sluice::pg {

using base::Exit;

namespace {

// libpq's own account of a failed connection, shortened to its reason:
// 'connection to server at "h" (1.2.3.4), port 5 failed: Connection refused\n\tIs the …?'.
std::string reason_in(std::string_view message) {
  if (const std::size_t at = message.rfind(" failed: "); at != std::string_view::npos) {
    message.remove_prefix(at + 9);
  }
  message = message.substr(0, message.find('\n'));
  if (const std::string code = sqlstate_in(message); !code.empty()) {
    message.remove_prefix(message.find(code) + code.size() + 2);
  }
  constexpr std::string_view kFunction = "fe_sendauth: ";
  if (message.starts_with(kFunction)) message.remove_prefix(kFunction.size());
  std::string reason(base::trim(message));
  if (reason.size() > 1 && reason[0] >= 'A' && reason[0] <= 'Z' && reason[1] >= 'a') {
    reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
  }
  return reason;
}

}  // namespace

ServerError connect_error(const PGconn* connection, const std::string& server) {
  const std::string message = PQerrorMessage(connection);
  const std::string code = sqlstate_in(message);
  const std::string reason = reason_in(message);
  const Exit status = exit_of(code, Exit::temporary);
  const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
  const std::string database = "database " + text(PQdb(connection)) + " at " + server;
  const std::string role = "role " + text(PQuser(connection)) + " at " + server;
  if (code == kNoSuchDatabase) {
    return {status, database + ": does not exist", "pgdump-stream --list shows those that do",
            code};
  }
  if (code.starts_with("28") || reason.find("no password supplied") != std::string::npos) {
    return {Exit::config, role + ": " + reason,
            "passwords come from ~/.pgpass, PGPASSWORD or PGPASSWORD_FILE", code};
  }
  if (status == Exit::permission) return {status, database + ": " + reason, {}, code};
  return {status, "server " + server + ": " + reason, code.empty() ? "is it running?" : "", code};
}

}  // namespace sluice::pg
