#include "pg/sibling.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <optional>
#include <thread>

#include "base/time.hpp"

namespace sluice::pg {

using base::Exit;

namespace {

constexpr std::chrono::seconds kCleanUpLimit{60};
constexpr std::size_t kLongestName = 63;
constexpr int kRenameTries = 2;
constexpr char kPrefix[] = "sluice_restore_";
constexpr char kFirstMark[] = " CONNECTION LIMIT = 736985";  // as kIsSibling knows it

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

// "PID_START": the server process of the session and when that one started, in microseconds.
std::string session_of(Connection& control) {
  return control
      .query(
          "SELECT pid || '_' || to_hex((extract(epoch FROM backend_start) * 1000000)::int8)"
          " FROM pg_stat_activity WHERE pid = pg_backend_pid()")
      .text(0, 0);
}

std::string sibling_name(const std::string& target, const std::string& session) {
  const std::string suffix = "_" + session;
  return kPrefix + cut_name(target, kLongestName - (sizeof kPrefix - 1) - suffix.size()) + suffix;
}

// A name that is free, for the old database.
std::string kept_name(Connection& control, const std::string& target) {
  const std::string time = base::format_utc(base::now(), "_before_%Y%m%d_%H%M%S");
  for (int tries = 1;; ++tries) {
    const std::string suffix = time + (tries == 1 ? "" : "_" + std::to_string(tries));
    const std::string name = cut_name(target, kLongestName - suffix.size()) + suffix;
    if (control.query("SELECT FROM pg_database WHERE datname = $1", {name}).size() == 0)
      return name;
  }
}

// A signal must not hide how it went.
void commit(Connection& control) {
  const io::IgnoreInterrupt until_it_is_known;
  control.limit_waits(kCleanUpLimit);
  control.query("COMMIT");
  control.limit_waits(std::nullopt);
}

void drop(Connection& connection, const std::string& name) {
  connection.query("DROP DATABASE IF EXISTS " + quote_identifier(name) +
                   (connection.major() >= 13 ? " WITH (FORCE)" : ""));
}

// A database with a subscription cannot be dropped. Those of a restored dump never ran: no
// publisher keeps a slot for them.
void drop_sibling(Connection& connection, const Target& target, const std::string& name) {
  const Rows rows = connection.query(
      "SELECT subname FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid"
      " WHERE datname = $1",
      {name});
  if (rows.size() > 0) {
    Connection inside(target.way_to(name), target.program());
    for (int row = 0; row < rows.size(); ++row) {
      const std::string subscription = "SUBSCRIPTION " + quote_identifier(rows.text(row, 0));
      inside.query("ALTER " + subscription + " DISABLE");
      inside.query("ALTER " + subscription + " SET (slot_name = NONE)");
      inside.query("DROP " + subscription);
    }
  }
  drop(connection, name);
}

// Ends the sessions of others in a database, and goes on with it as long as it lives: those of
// clients that come back at once would otherwise keep a RENAME from it.
class Evictor {
 public:
  Evictor(const Conninfo& conninfo, const std::string& program, const std::string& database)
      : connection_(conninfo, program), thread_([this, database] { run(database); }) {}
  ~Evictor() {
    done_ = true;
    thread_.join();
  }
  Evictor(const Evictor&) = delete;
  Evictor& operator=(const Evictor&) = delete;

 private:
  void run(const std::string& database) noexcept {
    constexpr std::chrono::milliseconds kPause{50};
    io::leave_signals_to_main_thread();
    const io::IgnoreInterrupt until_it_is_done;
    try {
      connection_.limit_waits(kCleanUpLimit);
      while (!done_) {
        connection_.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = $1 AND backend_type = 'client backend'",
            {database});
        std::this_thread::sleep_for(kPause);
      }
    } catch (const std::exception&) {
      // Then the RENAME fails, and says why.
    }
  }

  Connection connection_;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace

Sibling::Sibling(const Warn& warn, Target& target, const std::string& session)
    : target_(target), warn_(warn), name_(sibling_name(target.name(), session)) {
  target_.require_beside();
}

// The other constructor has completed: what throws from here on is followed by the destructor.
Sibling::Sibling(Target& target, const std::string& create_options, const Warn& warn)
    : Sibling(warn, target, session_of(target.control())) {
  remove_leftovers();
  Connection& control = target_.control();
  exists_ = true;  // even if we are interrupted before the server answers
  try {
    control.query("CREATE DATABASE " + quote_identifier(name_) + create_options + kFirstMark);
  } catch (const ServerError& error) {
    if (error.sqlstate() == kDuplicateDatabase) exists_ = false;  // not by us
    if (error.sqlstate() != kInsufficientPrivilege) throw;
    throw ServerError(
        Exit::permission,
        "role " + control.user() + " at " + control.server() + ": may not create this database",
        error.what(), error.sqlstate());
  }
  control.query("COMMENT ON DATABASE " + quote_identifier(name_) + " IS " +
                quote_literal(kSiblingMark + session_of(control)));
  control.query("ALTER DATABASE " + quote_identifier(name_) + " CONNECTION LIMIT = -1");
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
    drop_sibling(connection, target_, name_);
  } catch (const std::exception& error) {
    warn_("database " + name_ +
          ": half a restore is left, the next run removes it: " + error.what());
  }
}

void Sibling::remove_leftovers() {
  const Rows rows = target_.control().query(
      std::string("SELECT datname FROM pg_database WHERE ") + kIsSibling +
          " AND pg_has_role(datdba, 'USAGE')"
          " AND NOT EXISTS (SELECT FROM pg_stat_activity"
          "  WHERE pid::text = substring(datname FROM '_([0-9]+)_[0-9a-f]+$')"
          "  AND coalesce(to_hex((extract(epoch FROM backend_start) * 1000000)::int8)"
          "   = substring(datname FROM '_([0-9a-f]+)$'), true))",
      {kSiblingMark});
  for (int row = 0; row < rows.size(); ++row) {
    try {
      drop_sibling(target_.control(), target_, rows.text(row, 0));
    } catch (const ServerError& error) {
      warn_("database " + rows.text(row, 0) +
            ": is left from a restore that died, but cannot be dropped: " + error.what());
    }
  }
}

void Sibling::become_target(const Swap& swap, const Warn& warn) {
  const std::string sibling = quote_identifier(name_);
  const std::string target = quote_identifier(target_.name());
  if (target_.state() == TargetState::missing) {
    rename({"COMMENT ON DATABASE " + sibling + " IS NULL",
            "GRANT CONNECT, TEMPORARY ON DATABASE " + sibling + " TO PUBLIC",
            "ALTER DATABASE " + sibling + " RENAME TO " + target});
    return;
  }
  const std::string old_name = kept_name(target_.control(), target_.name());
  std::vector<std::string> statements = copy_properties(target_.control(), target_.name(), name_);
  statements.push_back("ALTER DATABASE " + target + " RENAME TO " + quote_identifier(old_name));
  statements.push_back("ALTER DATABASE " + sibling + " RENAME TO " + target);
  rename_patiently(statements, swap.others);
  if (swap.old != Swap::Old::kept) drop_old(old_name, swap.old, warn);
}

// A RENAME holds newcomers off while it waits some seconds for the others to leave; who came just
// before it is met by the next try.
void Sibling::rename_patiently(const std::vector<std::string>& statements, Swap::Others others) {
  std::optional<Evictor> evictor;
  if (others == Swap::Others::disconnected) {
    evictor.emplace(target_.control().conninfo(), target_.program(), target_.name());
  }
  for (int tries_left = kRenameTries;; --tries_left) {
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
    commit(control);
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
      if (reason.empty()) reason = additions_to(connection);
      if (!reason.empty()) reason = "was filled while the restore ran (" + reason + ")";
    } else {
      reason = replication_slot_of(target_.control(), old_name);
      if (!reason.empty()) reason = "has " + reason;
    }
    if (reason.empty()) {
      // A template cannot be dropped.
      target_.control().query("ALTER DATABASE " + quote_identifier(old_name) +
                              " IS_TEMPLATE false");
      drop(target_.control(), old_name);
      return;
    }
  } catch (const base::Error& error) {
    reason = std::string("cannot be dropped: ") + error.what();
  } catch (const io::Interrupted&) {
    reason = "is not dropped: interrupted";
  }
  warn("the old database " + target_.name() + " " + reason + ": it is kept as " + old_name);
}

}  // namespace sluice::pg
