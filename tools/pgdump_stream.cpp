// pgdump-stream: a database as a stream that says whether it is whole.

#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "base/text.hpp"
#include "cli/run.hpp"
#include "pg/connection.hpp"
#include "pg/databases.hpp"
#include "pg/dump.hpp"
#include "pgdump_stream_filters.hpp"
#include "postgres_options.hpp"
#include "stream/fd_sink.hpp"

using namespace sluice;

namespace {

std::vector<cli::Option> options() {
  std::vector<cli::Option> options = with_connection_options({
      {'d', "dbname", "DBNAME", "database, conninfo string or URI; or as operand"},
      {'F', "format", "FORMAT", "c: custom archive (default), p: plain SQL"},
      {0, "list", nullptr, "print the databases, a line each, instead"},
      {0, "json", nullptr, "with --list: an object a line, with sizes"},
      {0, "globals", nullptr, "roles, settings and tablespaces as SQL instead"},
      {0, "no-role-passwords", nullptr, "with --globals: no passwords"},
      {0, "wait", "DURATION", "wait so long for a server that is starting"},
      {0, "pg-dump", "PATH", "the pg_dump to run (default: the server's major)"},
  });
  const std::vector<cli::Option> filters = dump_filters();
  options.insert(options.end(), filters.begin(), filters.end());
  return options;
}

const cli::Tool kTool{.name = "pgdump-stream",
                      .purpose = "Write a consistent dump of a PostgreSQL database to stdout",
                      .usage = {"[OPTION]... [DBNAME|CONNINFO]", "--list [--json]",
                                "--globals [--no-role-passwords]"},
                      .options = options(),
                      .most_operands = 1,
                      .h_is_help = false};

enum class Mode { dump, list, globals };

struct Settings {
  Mode mode = Mode::dump;
  pg::Where where;
  pg::DumpFormat format = pg::DumpFormat::custom;
  bool json = false;
  bool role_passwords = true;
  std::chrono::seconds wait{0};
  std::string pg_dump;
  std::vector<std::string> filters;
};

pg::DumpFormat format_from(const cli::Args& args) {
  const std::string format = args.value("format").value_or("c");
  if (format == "c" || format == "custom") return pg::DumpFormat::custom;
  if (format == "p" || format == "plain") return pg::DumpFormat::plain;
  throw cli::usage_error("--format: not one of c, p: " + base::printable(format),
                         "other formats of pg_dump are no streams");
}

Settings settings_from(const cli::Args& args) {
  Settings settings;
  if (!args.operands().empty() && args.has("dbname")) {
    throw cli::usage_error("--dbname and an operand both name the database");
  }
  const std::string operand = args.operands().empty() ? "" : args.operands().front();
  settings.where = where_from(args, args.value("dbname").value_or(operand));
  settings.format = format_from(args);
  settings.json = args.has("json");
  settings.role_passwords = !args.has("no-role-passwords");
  settings.wait = std::chrono::seconds(args.duration("wait").value_or(0));
  const char* const preset = std::getenv("SLUICE_PG_DUMP");
  settings.pg_dump = args.value("pg-dump").value_or(preset == nullptr ? "" : preset);
  settings.filters = dump_filters_from(args);
  const bool list = args.has("list");
  const bool globals = args.has("globals");
  settings.mode = list ? Mode::list : globals ? Mode::globals : Mode::dump;
  if (list && globals) throw cli::usage_error("--list and --globals contradict each other");
  if (settings.json && !list) throw cli::usage_error("--json: goes with --list");
  if (!settings.role_passwords && !globals) {
    throw cli::usage_error("--no-role-passwords: goes with --globals");
  }
  if (settings.mode != Mode::dump && !settings.filters.empty()) {
    throw cli::usage_error(settings.filters.front() + ": goes with a dump only");
  }
  return settings;
}

void list(pg::Connection& connection, bool json, stream::Sink& out) {
  for (const pg::Database& database : pg::list_databases(connection)) {
    const std::string line = json ? "{\"name\":" + base::json_quote(database.name) +
                                        ",\"owner\":" + base::json_quote(database.owner) +
                                        ",\"encoding\":" + base::json_quote(database.encoding) +
                                        ",\"size\":" + std::to_string(database.size) + "}\n"
                                  : base::printable(database.name) + "\n";
    out.write(base::as_bytes(line));
  }
}

base::Exit body(const cli::Context& context) {
  const Settings settings = settings_from(context.args());
  take_password_file();
  const pg::Warn warn = [&](std::string_view text) { context.log().warning(text); };
  pg::Conninfo conninfo(settings.where);
  if (settings.mode != Mode::dump && settings.where.database.empty()) {
    conninfo = conninfo.with("dbname", "postgres");
  }
  if (settings.mode == Mode::dump && settings.format == pg::DumpFormat::custom) {
    cli::refuse_terminal("an archive");
  }
  auto connection = pg::connect_patiently(conninfo, "pgdump-stream", settings.wait);
  stream::FdSink out(STDOUT_FILENO, "standard output");
  if (settings.mode == Mode::list) {
    list(*connection, settings.json, out);
    return base::Exit::ok;
  }
  conninfo = connection->conninfo();
  const bool globals = settings.mode == Mode::globals;
  const pg::Client client = pg::find_client(globals ? "pg_dumpall" : "pg_dump", connection->major(),
                                            settings.pg_dump, warn);
  const bool passwords = settings.role_passwords && pg::may_read_passwords(*connection);
  connection.reset();
  const auto progress = context.show_progress(out.count());
  if (globals) {
    if (settings.role_passwords && !passwords) {
      warn("roles are written without passwords: only a superuser may read them");
    }
    pg::dump_globals(
        client, conninfo,
        passwords ? std::vector<std::string>{} : std::vector{std::string("--no-role-passwords")},
        out, warn);
  } else {
    pg::dump({client, conninfo, settings.format, settings.filters}, out, warn);
  }
  context.summary(out.count(), out.count());
  return base::Exit::ok;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(argc, argv, kTool, body); }
