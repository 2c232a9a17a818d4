#include "pg/sibling.hpp"

#include <chrono>
#include <exception>

namespace sluice::pg {

using base::Exit;

namespace {

constexpr std::chrono::seconds kCleanUpLimit{60};
constexpr char kPrefix[] = "sluice_restore_";
constexpr char kOldPrefix[] = "sluice_restore_old_";

// "sluice_restore_TARGET_PID_START": the server process that made it and when that one started, in
// microseconds. The server would cut a name at 63 bytes, so the target's part is cut here.
std::string sibling_name(Connection& control, const std::string& target) {
  const Rows rows = control.query(
      "SELECT pid || '_' || to_hex((extract(epoch FROM backend_start) * 1000000)::int8)"
      " FROM pg_stat_activity WHERE pid = pg_backend_pid()");
  constexpr std::size_t kLongest = 63;
  const std::string suffix = "_" + rows.text(0, 0);
  std::string middle = target.substr(0, kLongest - (sizeof kOldPrefix - 1) - suffix.size());
  const auto within_character = [&] {
    return middle.size() < target.size() &&
           (static_cast<unsigned char>(target[middle.size()]) & 0xc0) == 0x80;
  };
  while (!middle.empty() && within_character()) middle.pop_back();
  return kPrefix + middle + suffix;
}

void drop(Connection& connection, const std::string& name) {
  connection.query("DROP DATABASE IF EXISTS " + quote_identifier(name) +
                   (connection.major() >= 13 ? " WITH (FORCE)" : ""));
}

}  // namespace

Sibling::Sibling(Target& target)
    : target_(target), name_(sibling_name(target.control(), target.name())) {}

// The other constructor has completed: what throws from here on is followed by the destructor.
Sibling::Sibling(Target& target, const std::string& create_options) : Sibling(target) {
  remove_leftovers();
  Connection& control = target_.control();
  exists_ = true;  // even if we are interrupted before the server answers
  try {
    control.query("CREATE DATABASE " + quote_identifier(name_) + create_options);
  } catch (const ServerError& error) {
    if (error.sqlstate() != kInsufficientPrivilege) throw;
    throw ServerError(
        Exit::permission,
        "role " + control.user() + " at " + control.server() + ": may not create this database",
        error.what(), error.sqlstate());
  }
  control.query("REVOKE ALL ON DATABASE " + quote_identifier(name_) + " FROM PUBLIC");
}

Sibling::~Sibling() {
  if (!exists_) return;
  const io::IgnoreInterrupt until_it_is_gone;
  try {
    // The control session may be in the middle of something, or lost.
    Connection connection(target_.control().conninfo().with("connect_timeout", "10"),
                          target_.program());
    connection.limit_waits(kCleanUpLimit);
    drop(connection, name_);
  } catch (const std::exception&) {
    // The next run finds it.
  }
}

void Sibling::remove_leftovers() {
  const Rows rows = target_.control().query(
      "SELECT datname FROM pg_database WHERE datname ~ $1 AND pg_has_role(datdba, 'USAGE')"
      " AND NOT EXISTS (SELECT FROM pg_stat_activity"
      "  WHERE pid::text = substring(datname FROM '_([0-9]+)_[0-9a-f]+$')"
      "  AND coalesce(to_hex((extract(epoch FROM backend_start) * 1000000)::int8)"
      "   = substring(datname FROM '_([0-9a-f]+)$'), true))",
      {kSiblingPattern});
  for (int row = 0; row < rows.size(); ++row) drop(target_.control(), rows.text(row, 0));
}

void Sibling::become_target(const Warn& warn) {
  const std::string sibling = quote_identifier(name_);
  const std::string target = quote_identifier(target_.name());
  if (target_.state() == TargetState::missing) {
    rename({"GRANT CONNECT, TEMPORARY ON DATABASE " + sibling + " TO PUBLIC",
            "ALTER DATABASE " + sibling + " RENAME TO " + target});
    return;
  }
  const std::string old_name = kOldPrefix + name_.substr(sizeof kPrefix - 1);
  std::vector<std::string> statements = copy_properties(target_.control(), target_.name(), name_);
  statements.push_back("ALTER DATABASE " + target + " RENAME TO " + quote_identifier(old_name));
  statements.push_back("ALTER DATABASE " + sibling + " RENAME TO " + target);
  rename(statements);
  drop_old(old_name, warn);
}

// Renaming waits some seconds for other sessions to leave, by itself.
void Sibling::rename(const std::vector<std::string>& statements) {
  Connection& control = target_.control();
  control.query("BEGIN");
  try {
    for (const std::string& statement : statements) control.query(statement);
    control.query("COMMIT");
    exists_ = false;
  } catch (const ServerError& error) {
    if (error.sqlstate() == kDuplicateDatabase) {
      throw ServerError(Exit::cannot_create, "database " + target_.name() + ": exists by now", {},
                        error.sqlstate());
    }
    if (error.sqlstate() != kObjectInUse) throw;
    throw ServerError(Exit::temporary,
                      "database " + target_.name() + ": others are connected to it",
                      "the restored database could not take its place: disconnect them and try "
                      "again",
                      error.sqlstate());
  }
}

void Sibling::drop_old(const std::string& old_name, const Warn& warn) {
  std::string contents;
  {
    Connection old(target_.way_to(old_name), target_.program());
    contents = user_objects(old);
  }
  if (contents.empty()) {
    drop(target_.control(), old_name);
    return;
  }
  const std::string kept = target_.name() + "_before_restore";
  target_.control().query("ALTER DATABASE " + quote_identifier(old_name) + " RENAME TO " +
                          quote_identifier(kept));
  warn("database " + target_.name() + ": was filled while the restore ran (" + contents +
       "): that one is kept as " + kept);
}

}  // namespace sluice::pg
