#include "pg/target.hpp"

#include <utility>

#include "base/text.hpp"

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

// A session that is not in the target, which could not be renamed under it.
std::unique_ptr<Connection> connect_beside(const Conninfo& conninfo, const std::string& target,
                                           const std::string& program) {
  std::optional<ServerError> first;
  for (const std::string name : {"postgres", "template1"}) {
    if (name == target) continue;
    try {
      return std::make_unique<Connection>(conninfo.with("dbname", name), program);
    } catch (const ServerError& error) {
      if (error.status() == Exit::temporary || error.status() == Exit::config) throw;
      if (!first) first = error;
    }
  }
  throw *first;
}

}  // namespace

Target::Target(const Conninfo& conninfo, const std::string& program)
    : program_(program), name_(conninfo.value("dbname")) {
  std::optional<Conninfo> pinned;
  try {
    Connection connection(conninfo, program);
    name_ = connection.database();
    pinned = connection.conninfo();
    look_inside(connection);
  } catch (const ServerError& error) {
    if (error.sqlstate() != kNoSuchDatabase) throw;
  }
  try {
    control_ = connect_beside(pinned.value_or(conninfo), name_, program);
  } catch (const ServerError& error) {
    if (!pinned || error.status() != Exit::permission) throw;
    not_beside_ = error;
    control_ = std::make_unique<Connection>(*pinned, program);
  }
}

void Target::require_beside() const {
  if (not_beside_) throw *not_beside_;
}

void Target::look_inside(Connection& connection) {
  contents_ = user_objects(connection);
  additions_ = additions_to(connection);
  in_use_ = connection
                .query(
                    "SELECT FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() LIMIT 1")
                .size() > 0;
  state_ = contents_.empty() ? TargetState::empty : TargetState::filled;
}

Conninfo Target::way_to(const std::string& database) const {
  return control_->conninfo().with("dbname", database);
}

bool Target::may_be_swapped() {
  if (not_beside_) return false;
  // Settings of other roles in this database are theirs to give, or a superuser's.
  return control_
             ->query(
                 "SELECT rolsuper OR (rolcreatedb"
                 " AND NOT EXISTS (SELECT FROM pg_database"
                 "  WHERE datname = $1 AND NOT pg_has_role(datdba, 'USAGE'))"
                 " AND NOT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d"
                 "  ON d.oid = setdatabase WHERE datname = $1 AND setrole NOT IN (0, r.oid)))"
                 " FROM pg_roles r WHERE rolname = current_user",
                 {name_})
             .text(0, 0) == "t";
}

std::uint64_t Target::lock_capacity() {
  const Rows rows = control_->query(
      "SELECT current_setting('max_locks_per_transaction')::int8"
      " * (current_setting('max_connections')::int8"
      " + current_setting('max_prepared_transactions')::int8)");
  return base::parse_number(rows.text(0, 0)).value_or(0);
}

namespace {

// It is in a catalogue of all databases, and only some columns may be read.
std::string subscription_in(Connection& connection) {
  const Rows rows = connection.query(
      "SELECT subname FROM pg_subscription WHERE subdbid ="
      " (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1");
  return rows.size() == 0 ? std::string() : "subscription " + rows.text(0, 0);
}

}  // namespace

std::string user_objects(Connection& connection) {
  // Below 16384 (FirstNormalObjectId) is what initdb made.
  std::string objects;
  for (const std::string_view catalog : {"class",
                                         "proc",
                                         "type",
                                         "namespace",
                                         "operator",
                                         "collation",
                                         "conversion",
                                         "ts_config",
                                         "ts_dict",
                                         "cast",
                                         "language",
                                         "foreign_data_wrapper",
                                         "foreign_server",
                                         "event_trigger",
                                         "publication",
                                         "largeobject_metadata",
                                         "opclass",
                                         "opfamily",
                                         "ts_parser",
                                         "ts_template",
                                         "am",
                                         "transform"}) {
    const std::string table = "pg_catalog.pg_" + std::string(catalog);
    // A large object's catalogue for dependencies and descriptions is pg_largeobject.
    const std::string class_of =
        catalog == "largeobject_metadata" ? "pg_catalog.pg_largeobject" : table;
    if (!objects.empty()) objects += " UNION ALL ";
    objects +=
        "SELECT '" + class_of + "'::regclass AS class, oid FROM " + table + " WHERE oid >= 16384";
    // Once made for the first temporary table, these stay.
    if (catalog == "namespace") objects += " AND nspname !~ '^pg_(toast_)?temp_'";
  }
  const Rows rows = connection.query(
      "SELECT pg_describe_object(min(o.class::oid), min(o.oid), 0), count(*) OVER () FROM (" +
      objects +
      ") o LEFT JOIN pg_depend d ON d.classid = o.class AND d.objid = o.oid"
      " AND d.deptype IN ('e', 'i') WHERE d.objid IS NULL GROUP BY o.class, o.oid"
      " ORDER BY o.class = 'pg_class'::regclass DESC, o.oid LIMIT 1");
  if (rows.size() == 0) return subscription_in(connection);
  const std::uint64_t count = base::parse_number(rows.text(0, 1)).value_or(1);
  return rows.text(0, 0) + (count > 1 ? " and " + std::to_string(count - 1) + " more" : "");
}

std::string replication_slot_of(Connection& connection, const std::string& database) {
  const Rows rows = connection.query(
      "SELECT slot_name FROM pg_replication_slots WHERE database = $1 LIMIT 1", {database});
  return rows.size() == 0 ? std::string() : "replication slot " + rows.text(0, 0);
}

std::string additions_to(Connection& connection) {
  std::string slot = replication_slot_of(connection, connection.database());
  if (!slot.empty()) return slot;
  const Rows rows = connection.query(
      "SELECT 'extension ' || extname FROM pg_extension WHERE oid >= 16384"
      " UNION ALL SELECT 'default privileges of role ' || pg_get_userbyid(defaclrole)"
      " FROM pg_default_acl"
      " UNION ALL SELECT 'privileges of its own on ' || pg_describe_object(o.class, o.oid, 0)"
      " FROM (SELECT 'pg_namespace'::regclass AS class, oid, nspacl AS acl, oid AS schema"
      "   FROM pg_namespace"
      "  UNION ALL SELECT 'pg_class'::regclass, oid, relacl, relnamespace FROM pg_class"
      "  UNION ALL SELECT 'pg_proc'::regclass, oid, proacl, pronamespace FROM pg_proc"
      "  UNION ALL SELECT 'pg_type'::regclass, oid, typacl, typnamespace FROM pg_type"
      "  UNION ALL SELECT 'pg_language'::regclass, oid, lanacl, 0 FROM pg_language) o"
      " LEFT JOIN pg_init_privs i"
      "  ON i.classoid = o.class AND i.objoid = o.oid AND i.objsubid = 0"
      " WHERE o.oid < 16384 AND o.acl IS DISTINCT FROM i.initprivs"
      // Made after initdb has recorded them.
      "  AND o.schema <> 'information_schema'::regnamespace"
      " UNION ALL SELECT 'a comment of its own on schema public' FROM pg_namespace"
      " WHERE nspname = 'public' AND obj_description(oid, 'pg_namespace')"
      "  IS DISTINCT FROM 'standard public schema' LIMIT 1");
  return rows.size() == 0 ? std::string() : rows.text(0, 0);
}

std::string create_options_like(Connection& control, const std::string& name) {
  const int major = control.major();
  const std::string provider = major >= 15 ? "datlocprovider" : "'c'";
  const std::string locale = major >= 17 ? "datlocale" : major >= 15 ? "daticulocale" : "NULL";
  const std::string rules = major >= 16 ? "daticurules" : "NULL";
  const Rows rows = control.query(
      "SELECT pg_encoding_to_char(encoding), datcollate, datctype, pg_get_userbyid(datdba),"
      " CASE WHEN dattablespace <> (SELECT dattablespace FROM pg_database"
      " WHERE datname = 'template0') THEN spcname END, " +
          provider + ", " + locale + ", " + rules +
          " FROM pg_database d JOIN pg_tablespace t ON t.oid = dattablespace WHERE datname = $1",
      {name});
  if (rows.size() == 0) throw Error(Exit::missing, "database " + name + ": has gone");
  std::string options = " WITH TEMPLATE = template0 ENCODING = " + quote_literal(rows.text(0, 0)) +
                        " LC_COLLATE = " + quote_literal(rows.text(0, 1)) +
                        " LC_CTYPE = " + quote_literal(rows.text(0, 2)) +
                        " OWNER = " + quote_identifier(rows.text(0, 3));
  // The default one needs no right, but only where it is not named.
  if (!rows.is_null(0, 4)) options += " TABLESPACE = " + quote_identifier(rows.text(0, 4));
  if (rows.text(0, 5) == "i") {
    options += " LOCALE_PROVIDER = icu ICU_LOCALE = " + quote_literal(rows.text(0, 6));
    if (!rows.is_null(0, 7)) options += " ICU_RULES = " + quote_literal(rows.text(0, 7));
  } else if (rows.text(0, 5) == "b") {
    options += " LOCALE_PROVIDER = builtin BUILTIN_LOCALE = " + quote_literal(rows.text(0, 6));
  }
  return options;
}

namespace {

// "name=value" as pg_db_role_setting has it, for SET. Lists are stored ready to use.
std::string set_clause(const std::string& setting) {
  const std::size_t at = setting.find('=');
  const std::string name = setting.substr(0, at);
  const std::string value = setting.substr(at + 1);
  for (const std::string_view list : {"local_preload_libraries", "search_path",
                                      "session_preload_libraries", "temp_tablespaces"}) {
    if (name == list) return " SET " + name + " TO " + (value == "\"\"" ? "''" : value);
  }
  std::string quoted;  // a custom setting's name has two parts
  for (const std::string& part : base::split(name, '.')) {
    quoted += (quoted.empty() ? "" : ".") + quote_identifier(part);
  }
  return " SET " + quoted + " TO " + quote_literal(value);
}

}  // namespace

std::vector<std::string> copy_properties(Connection& control, const std::string& name,
                                         const std::string& to) {
  const std::string database = quote_identifier(to);
  const Rows owner =
      control.query("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = $1", {name});
  if (owner.size() == 0) throw Error(Exit::missing, "database " + name + ": has gone");
  std::vector<std::string> statements{"REVOKE ALL ON DATABASE " + database + " FROM PUBLIC, " +
                                      quote_identifier(owner.text(0, 0))};
  // Without an ACL of its own a database has the default one.
  const Rows grants = control.query(
      "SELECT privilege_type, grantee = 0, CASE grantee WHEN 0 THEN '' ELSE"
      " pg_get_userbyid(grantee) END, is_grantable FROM pg_database,"
      " aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE datname = $1",
      {name});
  for (int row = 0; row < grants.size(); ++row) {
    const bool everybody = grants.text(row, 1) == "t";
    statements.push_back("GRANT " + grants.text(row, 0) + " ON DATABASE " + database + " TO " +
                         (everybody ? "PUBLIC" : quote_identifier(grants.text(row, 2))) +
                         (grants.text(row, 3) == "t" ? " WITH GRANT OPTION" : ""));
  }
  const Rows settings = control.query(
      "SELECT unnest(setconfig), setrole = 0, CASE setrole WHEN 0 THEN '' ELSE"
      " pg_get_userbyid(setrole) END FROM pg_db_role_setting s JOIN pg_database d"
      " ON d.oid = setdatabase WHERE datname = $1",
      {name});
  for (int row = 0; row < settings.size(); ++row) {
    const bool everybody = settings.text(row, 1) == "t";
    statements.push_back((everybody ? "ALTER DATABASE " + database
                                    : "ALTER ROLE " + quote_identifier(settings.text(row, 2)) +
                                          " IN DATABASE " + database) +
                         set_clause(settings.text(row, 0)));
  }
  const Rows rest = control.query(
      "SELECT datconnlimit, shobj_description(oid, 'pg_database'), datistemplate"
      " FROM pg_database WHERE datname = $1",
      {name});
  if (rest.size() == 0) throw Error(Exit::missing, "database " + name + ": has gone");
  statements.push_back("ALTER DATABASE " + database + " CONNECTION LIMIT " + rest.text(0, 0));
  statements.push_back("COMMENT ON DATABASE " + database + " IS " +
                       (rest.is_null(0, 1) ? "NULL" : quote_literal(rest.text(0, 1))));
  if (rest.text(0, 2) == "t") {
    statements.push_back("ALTER DATABASE " + database + " IS_TEMPLATE true");
  }
  return statements;
}

}  // namespace sluice::pg
