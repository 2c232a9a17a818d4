#include "pg/dump_session.hpp"

#include "base/text.hpp"

namespace sluice::pg {

namespace {

// What pg_dump sets beside what every session of ours has (setup_connection() in pg_dump.c), as far
// as it touches rows; and what a plain scan never needs.
std::string settings(const std::vector<std::string>& options, int major) {
  const std::string digits = option_value(options, "--extra-float-digits");
  std::string sql =
      "SET DateStyle = ISO; SET IntervalStyle = postgres; SET synchronize_seqscans = off;"
      "SET row_security = off; SET max_parallel_workers_per_gather = 0;"
      "SET extra_float_digits = " +
      quote_literal(digits.empty() ? "3" : digits) + ";";
  if (major >= 11) sql += "SET jit = off;";
  sql +=
      "SELECT pg_catalog.set_config(name, 'view, foreign-table', false)"
      " FROM pg_catalog.pg_settings WHERE name = 'restrict_nonsystem_relation_kind';";
  if (const std::string role = option_value(options, "--role"); !role.empty()) {
    sql += "SET ROLE " + quote_identifier(role) + ";";
  }
  return sql;
}

}  // namespace

std::string option_value(const std::vector<std::string>& options, const std::string& name) {
  for (const std::string& option : options) {
    if (option.starts_with(name + "=")) return option.substr(name.size() + 1);
  }
  return {};
}

DumpSession::DumpSession(const Conninfo& conninfo, const std::string& program,
                         const std::vector<std::string>& options, const std::string& snapshot)
    : connection_(conninfo, program), snapshot_(snapshot) {
  connection_.query(settings(options, connection_.major()));
  begin();
}

void DumpSession::begin() {
  connection_.query("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
  if (!snapshot_.empty()) {
    connection_.query("SET TRANSACTION SNAPSHOT " + quote_literal(snapshot_));
  }
}

std::string DumpSession::export_snapshot() {
  if (!snapshot_.empty()) return snapshot_;
  return connection_.query("SELECT pg_catalog.pg_export_snapshot()").text(0, 0);
}

void DumpSession::use_encoding_of(const Archive& archive) {
  if (const TocEntry* entry = archive.find("ENCODING")) connection_.query(entry->definition);
}

bool DumpSession::lock(const std::string& table) {
  return locked_.contains(table) || lock_all({table});
}

bool DumpSession::lock_all(const std::vector<std::string>& tables) {
  if (tables.empty()) return true;
  try {
    connection_.query("LOCK TABLE ONLY " + base::join(tables, ", ONLY ") +
                      " IN ACCESS SHARE MODE NOWAIT");
  } catch (const ServerError& error) {
    if (error.sqlstate() != kLockNotAvailable) throw;
    // The snapshot goes with the transaction, and comes with the next one.
    connection_.query("ROLLBACK");
    locked_.clear();
    begin();
    return false;
  }
  locked_.insert(tables.begin(), tables.end());
  return true;
}

}  // namespace sluice::pg
