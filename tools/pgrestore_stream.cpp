// pgrestore-stream: a dump into a database, all or nothing.

#include "base/text.hpp"
#include "cli/run.hpp"
#include "pg/restore.hpp"
#include "pgrestore_stream_request.hpp"
#include "postgres_options.hpp"
#include "postgres_progress.hpp"
#include "stream/fd_sink.hpp"
#include "stream/input.hpp"

#include <unistd.h>

using namespace sluice;

namespace {

const cli::Tool kTool{
    .name = "pgrestore-stream",
    .purpose = "Restore a PostgreSQL dump from stdin, all or nothing",
    .usage = {"[OPTION]... --into DB", "--list", "--verify"},
    .options = with_connection_options({
        {'d', "into", "DB", "database, conninfo string or URI to restore into"},
        {0, "create", nullptr, "create the database, which must not exist"},
        {0, "replace", nullptr, "restore beside it, then take its place"},
        {0, "keep-old", nullptr, "with --replace: rename the old one, do not drop it"},
        {0, "force", nullptr, "with --replace: disconnect who is connected to it"},
        {0, "if-empty", nullptr, "do nothing when it is not empty; create it when missing"},
        {0, "allow-connect", nullptr,
         "run plain SQL that switches databases; nothing is taken back"},
        {'j', "jobs", "N", "sessions that restore (default: CPUs, at most 4)"},
        {'n', "schema", "NAME", "objects of this schema only", cli::Times::many},
        {'t', "table", "NAME", "this table only", cli::Times::many},
        {'s', "schema-only", nullptr, "definitions, no data"},
        {'a', "data-only", nullptr, "data only, into tables that exist"},
        {'O', "no-owner", nullptr, "everything belongs to the role that connects"},
        {0, "role", "NAME", "SET ROLE before the restore"},
        {'x', "no-privileges", nullptr, "no GRANT and REVOKE"},
        {0, "no-analyze", nullptr, "do not gather statistics at the end"},
        {'l', "list", nullptr, "check the input and print its table of contents"},
        {0, "verify", nullptr, "check the input, restore nothing; needs no server"},
    }),
    .kind = cli::Kind::filter,
    .h_is_help = false};

enum class Mode { restore, list, verify };

struct Settings {
  Mode mode = Mode::restore;
  pg::RestoreRequest request;
  stream::EofPolicy eof;
};

Settings settings_from(const cli::Args& args) {
  Settings settings;
  settings.eof = {args.has("trust-eof"), args.has("allow-empty")};
  const bool list = args.has("list");
  const bool verify = args.has("verify");
  settings.mode = list ? Mode::list : verify ? Mode::verify : Mode::restore;
  if (list && verify) throw cli::usage_error("--list verifies too: leave --verify away");
  if (settings.mode != Mode::restore) {
    if (args.has("into"))
      throw cli::usage_error("--into: nothing is restored by --list or --verify");
    return settings;
  }
  settings.request = restore_request_from(args, std::string(kTool.name));
  return settings;
}

base::Exit body(const cli::Context& context) {
  const Settings settings = settings_from(context.args());
  take_password_file();
  stream::Input input = stream::Input::standard(settings.eof);
  pg::Tally tally;
  const auto progress = context.show_progress([&, total = input.size_if_known()] {
    const std::uint64_t bytes = input.count();
    return standing_of(tally, bytes, cli::share_of(bytes, total));
  });
  if (settings.mode != Mode::restore) {
    const pg::Verified verified = pg::verify(input, tally);
    if (settings.mode == Mode::list) {
      if (!verified.archive) {
        throw base::Error(base::Exit::data, input.name() + ": plain SQL has no table of contents");
      }
      stream::FdSink(STDOUT_FILENO, "standard output").write(base::as_bytes(verified.listing));
    }
    summarize(context, tally, input.count());
    return base::Exit::ok;
  }
  const pg::Warn warn = [&](std::string_view text) { context.log().warning(text); };
  const pg::Listener listener{warn, [&](std::string_view text) { context.log().info(text); },
                              tally};
  const std::string database = "database " + settings.request.target.value("dbname");
  switch (pg::restore(settings.request, input, listener)) {
    case pg::Restored::yes: break;
    case pg::Restored::left_alone: warn(database + ": is not empty, it was left as it is"); break;
    case pg::Restored::nothing:
      warn(database + ": the input is empty, nothing was restored");
      break;
  }
  summarize(context, tally, input.count());
  return base::Exit::ok;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(argc, argv, kTool, body); }
