// pgdump-stream: a database as a stream that says whether it is whole.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "base/text.hpp"
#include "cli/run.hpp"
#include "io/cpus.hpp"
#include "pg/connection.hpp"
#include "pg/dump.hpp"
#include "pgdump_stream_filters.hpp"
#include "pgdump_stream_server.hpp"
#include "postgres_options.hpp"
#include "stream/fd_sink.hpp"

using namespace sluice;

namespace {

std::vector<cli::Option> options() {
  std::vector<cli::Option> options = with_connection_options({
      {'d', "dbname", "DBNAME", "database, conninfo string or URI; or as operand"},
      {'F', "format", "FORMAT", "c: custom archive (default), p: plain SQL"},
      {'j', "jobs", "N", "sessions that copy rows (default: CPUs, at most 4)"},
      {0, "split", "WHEN", "copy a table in parts: auto, never or above SIZE"},
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
  RolePasswords role_passwords = RolePasswords::written;
  std::chrono::seconds wait{0};
  std::string pg_dump;
  unsigned jobs = 1;
  bool jobs_chosen = false;
  pg::Split split;
  std::vector<std::string> filters;
};

pg::DumpFormat format_from(const cli::Args& args) {
  const std::string format = args.value("format").value_or("c");
  if (format == "c" || format == "custom") return pg::DumpFormat::custom;
  if (format == "p" || format == "plain") return pg::DumpFormat::plain;
  throw cli::usage_error("--format: not one of c, p: " + base::printable(format),
                         "other formats of pg_dump are no streams");
}

pg::Split split_from(const cli::Args& args) {
  const std::string when = args.value("split").value_or("auto");
  if (when == "auto") return {};
  if (when == "never") return {pg::Split::kNever};
  const auto size = base::parse_size(when);
  if (!size) throw cli::usage_error("--split: not auto, never or a size: " + base::printable(when));
  return {*size};
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
  if (args.has("no-role-passwords")) settings.role_passwords = RolePasswords::left_out;
  settings.wait = std::chrono::seconds(args.duration("wait").value_or(0));
  const char* const preset = std::getenv("SLUICE_PG_DUMP");
  settings.pg_dump = args.value("pg-dump").value_or(preset == nullptr ? "" : preset);
  settings.filters = dump_filters_from(args);
  settings.jobs_chosen = args.has("jobs");
  settings.jobs =
      static_cast<unsigned>(args.number("jobs", std::min(io::available_cpus(), 4U), 1, 64));
  settings.split = split_from(args);
  const bool list = args.has("list");
  const bool globals = args.has("globals");
  settings.mode = list ? Mode::list : globals ? Mode::globals : Mode::dump;
  if (list && globals) throw cli::usage_error("--list and --globals contradict each other");
  if (settings.json && !list) throw cli::usage_error("--json: goes with --list");
  if (args.has("no-role-passwords") && !globals) {
    throw cli::usage_error("--no-role-passwords: goes with --globals");
  }
  if (settings.mode != Mode::dump && !settings.filters.empty()) {
    throw cli::usage_error(settings.filters.front() + ": goes with a dump only");
  }
  return settings;
}

base::Exit body(const cli::Context& context) {
  const Settings settings = settings_from(context.args());
  take_password_file();
  const pg::Warn warn = [&](std::string_view text) { context.log().warning(text); };
  const pg::Listener listener{warn, [&](std::string_view text) { context.log().info(text); }};
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
    write_databases(*connection, settings.json, out);
    return base::Exit::ok;
  }
  if (settings.mode == Mode::globals) {
    write_globals(*connection, settings.pg_dump, settings.role_passwords, out, listener);
    return base::Exit::ok;
  }
  conninfo = connection->conninfo();
  const pg::Client client = pg::find_client("pg_dump", connection->major(), settings.pg_dump, warn);
  connection.reset();
  const auto progress = context.show_progress(out.count());
  pg::dump({client, conninfo, std::string(kTool.name), settings.format, settings.filters,
            settings.jobs, settings.jobs_chosen, settings.split},
           out, listener);
  context.summary(out.count(), out.count());
  return base::Exit::ok;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(argc, argv, kTool, body); }
