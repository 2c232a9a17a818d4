// s3prune: applies a retention policy to the backups of a template.

#include <limits>

#include "s3prune_plans.hpp"
#include "store_policy.hpp"

using namespace sluice;
using base::Error;
using base::Exit;

namespace {

const cli::Tool kTool{
    .name = "s3prune",
    .purpose = "Apply a retention policy to backups",
    .usage = {"[OPTION]... --keep-RULE... [--apply] TEMPLATE...",
              "[OPTION]... --incomplete AGE [--apply] URL|TEMPLATE..."},
    .options = with_store_options({
        {0, "keep-last", "N", "keep the newest N"},
        {0, "keep-within", "DURATION", "keep what is younger, measured from the newest"},
        {0, "keep-hourly", "N", "keep the newest of each of the last N hours that have one"},
        {0, "keep-daily", "N", "the same of days"},
        {0, "keep-weekly", "N", "the same of ISO weeks"},
        {0, "keep-monthly", "N", "the same of months"},
        {0, "keep-yearly", "N", "the same of years"},
        {0, "keep-match", "GLOB", "keep what is so named; may be repeated", cli::Times::many},
        {0, "tz", "ZONE", "where days begin: Europe/Vienna, local (default UTC)"},
        {0, "min-size", "SIZE", "what is smaller is no whole backup"},
        {0, "members", "GLOB[,GLOB]...", "without these, a set is no whole backup"},
        {0, "max-delete", "N|PCT%", "refuse to delete more of a group (default 50% or 10)"},
        {'n', "dry-run", nullptr, "only print the plan (default)"},
        {0, "apply", nullptr, "delete, and print what was deleted"},
        {0, "json", nullptr, "one object of JSON a line"},
        {0, "incomplete", "AGE", "end older uploads that were begun and never ended"},
    }),
    .most_operands = std::numeric_limits<std::size_t>::max(),
    .notes = "Only names that a template can make are touched; templates: sluice(7)."};

struct Settings {
  s3::Settings server;
  std::vector<std::string> urls = {};
  PruneRules rules = {};
  bool apply = false;
  PruneLines::Format format = PruneLines::Format::text;
  std::optional<std::chrono::seconds> incomplete_age = {};
};

Settings settings_from(const cli::Context& context) {
  const cli::Args& args = context.args();
  Settings settings{.server = store_settings(context), .urls = args.operands()};
  if (settings.urls.empty()) static_cast<void>(require_url(args));
  settings.rules = rules_from(args);
  settings.apply = args.has("apply");
  if (settings.apply && args.has("dry-run")) {
    throw cli::usage_error("--dry-run and --apply contradict each other");
  }
  if (args.has("json")) settings.format = PruneLines::Format::json;
  if (const auto age = args.duration("incomplete")) {
    settings.incomplete_age = std::chrono::seconds(*age);
  }
  if (settings.incomplete_age && !settings.rules.policy.empty()) {
    throw cli::usage_error("--incomplete and a retention policy are two errands");
  }
  if (!settings.incomplete_age && settings.rules.policy.empty()) {
    throw cli::usage_error("no rule says what to keep", "for instance --keep-daily 7");
  }
  return settings;
}

// Uploads and files that were begun long ago: whoever began them is gone.
Exit end_incomplete(const Settings& settings) {
  const base::Time before = base::now() - *settings.incomplete_age;
  PruneLines lines(settings.format);
  for (const std::string& text : settings.urls) {
    const StoreUrl url = parse_store_url(text);
    const auto store = store::open_store(url.place, settings.server);
    std::vector<store::Incomplete> old;
    store->list_incomplete(url.prefix(), [&](store::Incomplete&& incomplete) {
      if (incomplete.started < before && url.may_become(incomplete)) {
        old.push_back(std::move(incomplete));
      }
    });
    for (const store::Incomplete& incomplete : old) {
      if (settings.apply) store->remove_incomplete(incomplete);
      lines.incomplete(url.place, incomplete, settings.apply ? "aborted" : "abort");
    }
  }
  lines.flush();
  return Exit::ok;
}

Exit prune(const Settings& settings, cli::Log& log) {
  Plans plans(settings.urls, settings.server, settings.rules);
  PruneLines lines(settings.format);
  plans.make(log, [&](const store::Location& place, const Decision& decision) {
    if (!settings.apply) lines.backup(place, decision, decision.verdict.keep ? "keep" : "delete");
  });
  lines.flush();
  plans.require_limit();
  if (settings.apply) plans.carry_out(lines, log);
  return Exit::ok;
}

std::vector<s3::Grant> grants(const Settings& settings) {
  using s3::Deed;
  std::vector<s3::Grant> grants;
  for (const std::string& text : settings.urls) {
    const StoreUrl url = parse_store_url(text);
    if (settings.incomplete_age) {
      append(grants, grants_for(url, {Deed::list_incomplete}));
      if (settings.apply) append(grants, grants_for(url, {Deed::abort}));
    } else {
      append(grants, grants_for(url, {Deed::list, Deed::ask_versioning}));
      if (settings.apply) append(grants, grants_for(url, {Deed::remove}));
    }
  }
  return grants;
}

Exit body(const cli::Context& context) {
  const Settings settings = settings_from(context);
  if (print_policy(context.args(), grants(settings))) return Exit::ok;
  return settings.incomplete_age ? end_incomplete(settings) : prune(settings, context.log());
}

}  // namespace

int main(int argc, char** argv) { return cli::run(argc, argv, kTool, body); }
