#pragma once
// Where a database is: what the user said, as libpq understands it. PG* variables, .pgpass and
// service files fill in the rest inside libpq, ours and that of the programs we start.

#include <map>
#include <string>

namespace sluice::pg {

/// The connection options of the command line; "" is not given.
struct Where {
  std::string host;
  std::string port;
  std::string user;
  std::string database;  ///< a name, a conninfo string or a URI
};

/// How a command line names the database `name`: one that would be read as a conninfo string or a
/// URI, and lead elsewhere, by such a string.
[[nodiscard]] std::string as_operand(const std::string& name);

/// Connection settings by libpq's keywords. A value.
class Conninfo {
 public:
  /// Options win over the conninfo string, as in pg_dump. Throws: base::Error (usage).
  explicit Conninfo(const Where& where);

  [[nodiscard]] Conninfo with(const std::string& keyword, const std::string& value) const;
  /// "" when the user did not say.
  [[nodiscard]] std::string value(const std::string& keyword) const;
  [[nodiscard]] const std::map<std::string, std::string>& settings() const { return settings_; }

  /// A conninfo string for a command line, which everybody can read: without the password…
  [[nodiscard]] std::string without_password() const;
  /// …which travels here: PGPASSWORD, if the conninfo had one.
  [[nodiscard]] std::map<std::string, std::string> environment() const;

 private:
  std::map<std::string, std::string> settings_;
};

}  // namespace sluice::pg
