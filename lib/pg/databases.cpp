#include "pg/databases.hpp"

#include "base/text.hpp"
#include "pg/sibling.hpp"

namespace sluice::pg {

std::vector<Database> list_databases(Connection& connection) {
  const Rows rows = connection.query(
      "SELECT datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding),"
      " pg_database_size(oid) FROM pg_database"
      " WHERE NOT datistemplate AND datallowconn AND has_database_privilege(oid, 'CONNECT')"
      " AND NOT " +
          std::string(kIsSibling) + " ORDER BY datname",
      {kSiblingMark});
  std::vector<Database> databases;
  for (int row = 0; row < rows.size(); ++row) {
    databases.push_back({rows.text(row, 0), rows.text(row, 1), rows.text(row, 2),
                         base::parse_number(rows.text(row, 3)).value_or(0)});
  }
  return databases;
}

bool may_read_passwords(Connection& connection) {
  return connection.query("SELECT has_table_privilege('pg_authid', 'SELECT')").text(0, 0) == "t";
}

}  // namespace sluice::pg
