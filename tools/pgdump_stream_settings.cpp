#include "pgdump_stream_settings.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "io/cpus.hpp"
#include "pgdump_stream_filters.hpp"
#include "postgres_options.hpp"

namespace sluice {

namespace {

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

pg::Compression compression_from(const cli::Args& args) {
  const std::string text = args.value("compress").value_or("none");
  if (const auto compression = pg::parse_compression(text)) return *compression;
  throw cli::usage_error("--compress: no method and level of compression: " + base::printable(text),
                         "gzip:1 to gzip:9, none; pg_dump 16 and later have lz4 and zstd, too");
}

}  // namespace

std::vector<cli::Option> dump_options() {
  std::vector<cli::Option> options = with_connection_options({
      {'d', "dbname", "DBNAME", "database, conninfo string or URI; or as operand"},
      {'F', "format", "FORMAT", "c: custom archive (default), p: plain SQL"},
      {'j', "jobs", "N", "sessions that copy rows (default: CPUs, at most 4)"},
      {'Z', "compress", "METHOD", "compress inside the archive: gzip[:LEVEL], none, …"},
      {0, "split", "WHEN", "copy a table in parts: auto, never or above SIZE"},
      {0, "list", nullptr, "print the databases, a line each, instead"},
      {0, "json", nullptr, "with --list: an object a line, with sizes"},
      {0, "globals", nullptr, "roles, settings and tablespaces as SQL instead"},
      {0, "no-role-passwords", nullptr, "with --globals: no passwords"},
      {0, "wait", "DURATION", "wait so long for a server that is starting"},
      {0, "replica-ok", nullptr, "dump from a standby, which may be behind"},
      {0, "pg-dump", "PATH", "the pg_dump to run (default: the server's major)"},
  });
  const std::vector<cli::Option> filters = dump_filters();
  options.insert(options.end(), filters.begin(), filters.end());
  return options;
}

DumpSettings dump_settings_from(const cli::Args& args) {
  DumpSettings settings;
  if (!args.operands().empty() && args.has("dbname")) {
    throw cli::usage_error("--dbname and an operand both name the database");
  }
  const std::string operand = args.operands().empty() ? "" : args.operands().front();
  settings.where = where_from(args, args.value("dbname").value_or(operand));
  settings.format = format_from(args);
  settings.json = args.has("json");
  settings.replica_ok = args.has("replica-ok");
  if (args.has("no-role-passwords")) settings.role_passwords = RolePasswords::left_out;
  settings.wait = std::chrono::seconds(args.duration("wait").value_or(0));
  const char* const preset = std::getenv("SLUICE_PG_DUMP");
  settings.pg_dump = args.value("pg-dump").value_or(preset == nullptr ? "" : preset);
  settings.filters = dump_filters_from(args);
  settings.jobs_chosen = args.has("jobs");
  settings.jobs =
      static_cast<unsigned>(args.number("jobs", std::min(io::available_cpus(), 4U), 1, 64));
  settings.split = split_from(args);
  settings.compression = compression_from(args);
  if (settings.compression.method != pg::Method::none && settings.format == pg::DumpFormat::plain) {
    throw cli::usage_error("--compress: goes with archives only",
                           "zpipe compresses what comes out, on all cores");
  }
  const bool list = args.has("list");
  const bool globals = args.has("globals");
  settings.mode = list ? DumpMode::list : globals ? DumpMode::globals : DumpMode::dump;
  if (list && globals) throw cli::usage_error("--list and --globals contradict each other");
  if (settings.json && !list) throw cli::usage_error("--json: goes with --list");
  if (args.has("no-role-passwords") && !globals) {
    throw cli::usage_error("--no-role-passwords: goes with --globals");
  }
  if (settings.mode != DumpMode::dump && !settings.filters.empty()) {
    throw cli::usage_error(settings.filters.front() + ": goes with a dump only");
  }
  return settings;
}

}  // namespace sluice
