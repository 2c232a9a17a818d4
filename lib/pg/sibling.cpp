#include "pg/sibling.hpp"

#include <chrono>
#include <exception>

#include "base/time.hpp"

namespace sluice::pg {

using base::Exit;

namespace {

constexpr std::chrono::seconds kCleanUpLimit{60};
constexpr std::size_t kLongestName = 63;
constexpr int kRenameTries = 2;
constexpr char kPrefix[] = "sluice_restore_";
constexpr char kOldPrefix[] = "sluice_restore_old_";

// At most `longest` bytes of `name`, cut between two characters: the server cuts names at 63.
std::string cut_name(const std::string& name, std::size_t longest) {
  std::string cut = name.substr(0, longest);
  const auto within_character = [&] {
    return cut.size() < name.size() &&
           (static_cast<unsigned char>(name[cut.size()]) & 0xc0) == 0x80;
  };
  while (!cut.empty() && within_character()) cut.pop_back();
  return cut;
}

// "sluice_restore_TARGET_PID_START": the server process that made it and when that one started, in
// microseconds.
std::string sibling_name(Connection& control, const std::string& target) {
  const Rows rows = control.query(
      "SELECT pid || '_' || to_hex((extract(epoch FROM backend_start) * 1000000)::int8)"
      " FROM pg_stat_activity WHERE pid = pg_backend_pid()");
  const std::string suffix = "_" + rows.text(0, 0);
  return kPrefix + cut_name(target, kLongestName - (sizeof kOldPrefix - 1) - suffix.size()) +
         suffix;
}

// What an old database is called that stays.
std::string kept_name(const std::string& target) {
  const std::string suffix = base::format_utc(base::now(), "_before_%Y%m%d_%H%M%S");
  return cut_name(target, kLongestName - suffix.size()) + suffix;
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

void Sibling::become_target(const Swap& swap, const Warn& warn) {
  const std::string sibling = quote_identifier(name_);
  const std::string target = quote_identifier(target_.name());
  if (target_.state() == TargetState::missing) {
    rename({"GRANT CONNECT, TEMPORARY ON DATABASE " + sibling + " TO PUBLIC",
            "ALTER DATABASE " + sibling + " RENAME TO " + target});
    return;
  }
  const bool kept = swap.old == Swap::Old::kept;
  const std::string old_name =
      kept ? kept_name(target_.name()) : kOldPrefix + name_.substr(sizeof kPrefix - 1);
  std::vector<std::string> statements = copy_properties(target_.control(), target_.name(), name_);
  statements.push_back("ALTER DATABASE " + target + " RENAME TO " + quote_identifier(old_name));
  statements.push_back("ALTER DATABASE " + sibling + " RENAME TO " + target);
  rename_patiently(statements, swap.others);
  if (!kept) drop_old(old_name, swap.old, warn);
}

// A RENAME holds newcomers off while it waits some seconds for the others to leave; who came just
// before it is met by the next try.
void Sibling::rename_patiently(const std::vector<std::string>& statements, Swap::Others others) {
  for (int tries_left = kRenameTries;; --tries_left) {
    if (others == Swap::Others::disconnected) {
      target_.control().query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
          {target_.name()});
    }
    try {
      rename(statements);
      return;
    } catch (const ServerError& error) {
      if (error.sqlstate() != kObjectInUse || tries_left == 1) throw;
    }
  }
}

void Sibling::rename(const std::vector<std::string>& statements) {
  Connection& control = target_.control();
  control.query("BEGIN");
  try {
    for (const std::string& statement : statements) control.query(statement);
    control.query("COMMIT");
    exists_ = false;
  } catch (const ServerError& error) {
    control.query("ROLLBACK");
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

// The restore has succeeded by now: what goes wrong here is a warning.
void Sibling::drop_old(const std::string& old_name, Swap::Old old, const Warn& warn) {
  std::string reason;
  try {
    if (old == Swap::Old::must_be_empty) {
      Connection connection(target_.way_to(old_name), target_.program());
      reason = user_objects(connection);
      if (!reason.empty()) reason = "was filled while the restore ran (" + reason + ")";
    }
    if (reason.empty()) {
      drop(target_.control(), old_name);
      return;
    }
  } catch (const base::Error& error) {
    reason = std::string("cannot be dropped: ") + error.what();
  }
  const std::string kept = kept_name(target_.name());
  target_.control().query("ALTER DATABASE " + quote_identifier(old_name) + " RENAME TO " +
                          quote_identifier(kept));
  warn("the old database " + target_.name() + " " + reason + ": it is kept as " + kept);
}

}  // namespace sluice::pg
