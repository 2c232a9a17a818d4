#include "pgrestore_stream_request.hpp"

#include <algorithm>

#include "io/cpus.hpp"
#include "postgres_options.hpp"

namespace sluice {

namespace {

void choose_rule(const cli::Args& args, pg::RestoreRequest& request) {
  const bool create = args.has("create");
  const bool if_empty = args.has("if-empty");
  const bool replace = args.has("replace");
  if (create && if_empty) throw cli::usage_error("--create and --if-empty contradict each other");
  if (replace && (create || if_empty)) {
    throw cli::usage_error("--replace contradicts --create and --if-empty");
  }
  for (const std::string option : {"keep-old", "force"}) {
    if (args.has(option) && !replace)
      throw cli::usage_error("--" + option + ": goes with --replace");
  }
  request.allow_connect = args.has("allow-connect");
  if (request.allow_connect && (create || if_empty || replace)) {
    throw cli::usage_error("--allow-connect contradicts --create, --if-empty and --replace",
                           "the dump makes its databases itself, --into is where it begins");
  }
  if (create) request.rule = pg::TargetRule::create;
  if (if_empty) request.rule = pg::TargetRule::if_empty;
  if (!replace) return;
  request.rule = pg::TargetRule::replace;
  request.swap.old = args.has("keep-old") ? pg::Swap::Old::kept : pg::Swap::Old::dropped;
  if (args.has("force")) request.swap.others = pg::Swap::Others::disconnected;
}

void choose_parts(const cli::Args& args, pg::RestoreRequest& request) {
  request.schemas = args.values("schema");
  request.tables = args.values("table");
  if (args.has("schema-only") && args.has("data-only")) {
    throw cli::usage_error("--schema-only and --data-only contradict each other");
  }
  if (request.selective() && args.has("replace")) {
    throw cli::usage_error("--replace: a part of a dump cannot take a database's place");
  }
  if (args.has("schema-only")) request.part = pg::Part::schema_only;
  if (!args.has("data-only")) return;
  request.part = pg::Part::data_only;
  if (request.selective() || args.has("create") || args.has("if-empty") || args.has("replace")) {
    throw cli::usage_error(
        "--data-only: goes with all of an archive and an existing database only");
  }
}

}  // namespace

pg::RestoreRequest restore_request_from(const cli::Args& args, const std::string& program) {
  if (!args.has("into")) {
    throw cli::usage_error("--into: the database to restore into is missing");
  }
  pg::RestoreRequest request;
  request.target = pg::Conninfo(where_from(args, args.value("into").value_or("")));
  request.program = program;
  if (request.target.value("dbname").empty()) {
    throw cli::usage_error("--into: the connection string names no database");
  }
  choose_rule(args, request);
  request.owners = !args.has("no-owner");
  request.analyze = !args.has("no-analyze");
  if (!request.owners) request.options.push_back("--no-owner");
  if (args.has("no-privileges")) request.options.push_back("--no-privileges");
  if (const auto role = args.value("role")) request.options.push_back("--role=" + *role);
  request.jobs_chosen = args.has("jobs");
  request.jobs =
      static_cast<unsigned>(args.number("jobs", std::min(io::available_cpus(), 4U), 1, 64));
  choose_parts(args, request);
  return request;
}

}  // namespace sluice
