// pgdump-stream: a database as a stream that says whether it is whole.

#include <unistd.h>

#include "cli/run.hpp"
#include "pg/connection.hpp"
#include "pg/dump.hpp"
#include "pgdump_stream_server.hpp"
#include "pgdump_stream_settings.hpp"
#include "postgres_options.hpp"
#include "postgres_progress.hpp"
#include "stream/fd_sink.hpp"

using namespace sluice;

namespace {

const cli::Tool kTool{.name = "pgdump-stream",
                      .purpose = "Write a consistent dump of a PostgreSQL database to stdout",
                      .usage = {"[OPTION]... [DBNAME|CONNINFO]", "--list [--json]",
                                "--globals [--no-role-passwords]"},
                      .options = dump_options(),
                      .most_operands = 1,
                      .h_is_help = false};

base::Exit body(const cli::Context& context) {
  const DumpSettings settings = dump_settings_from(context.args());
  take_password_file();
  const pg::Warn warn = [&](std::string_view text) { context.log().warning(text); };
  pg::Tally tally;
  const pg::Listener listener{warn, [&](std::string_view text) { context.log().info(text); },
                              tally};
  pg::Conninfo conninfo(settings.where);
  if (settings.mode != DumpMode::dump && settings.where.database.empty()) {
    conninfo = conninfo.with("dbname", "postgres");
  }
  if (settings.mode == DumpMode::dump && settings.format == pg::DumpFormat::custom) {
    cli::refuse_terminal("an archive");
  }
  auto connection = pg::connect_patiently(conninfo, "pgdump-stream", settings.wait);
  stream::FdSink out(STDOUT_FILENO, "standard output");
  if (settings.mode == DumpMode::list) {
    write_databases(*connection, settings.json, out);
    return base::Exit::ok;
  }
  require_primary(*connection, settings.replica_ok, listener);
  if (settings.mode == DumpMode::globals) {
    write_globals(*connection, settings.pg_dump, settings.role_passwords, out, listener);
    return base::Exit::ok;
  }
  conninfo = connection->conninfo();
  const pg::Client client = pg::find_client("pg_dump", connection->major(), settings.pg_dump, warn);
  connection.reset();
  const auto progress = context.show_progress(
      [&] { return standing_of(tally, out.count(), cli::share_of(tally.size_done, tally.size)); });
  pg::dump({client, conninfo, std::string(kTool.name), settings.format, settings.filters,
            settings.jobs, settings.jobs_chosen, settings.split, settings.compression},
           out, listener);
  summarize(context, tally, out.count());
  return base::Exit::ok;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(argc, argv, kTool, body); }
