// s3sync: makes one directory or prefix hold what another one holds.

#include <filesystem>
#include <thread>

#include "base/text.hpp"
#include "s3sync_lines.hpp"
#include "store_policy.hpp"

using namespace sluice;
using base::Error;
using base::Exit;

namespace {

const cli::Tool kTool{
    .name = "s3sync",
    .purpose = "Make one directory or prefix hold what another one holds",
    .usage = {"[OPTION]... SOURCE DESTINATION"},
    .options = with_store_options({
        {'n', "dry-run", nullptr, "print what would be done, and do nothing"},
        {0, "delete", nullptr, "at last, delete what the source has not"},
        {0, "exclude", "GLOB", "neither copy nor delete what is so named", cli::Times::many},
        {0, "max-delete", "N", "refuse to delete more than N"},
        {0, "checksum", nullptr, "compare contents, not times"},
        {0, "every", "DURATION", "do it again and again, with that pause"},
        {0, "json", nullptr, "one object of JSON a line"},
    }),
    .most_operands = 2,
    .notes = "Both are URLs: file:///PATH or s3://BUCKET/PREFIX. Symbolic links take no part."};

constexpr std::size_t kLeastMemory = 16 << 20;

using Clock = std::chrono::steady_clock;

struct Settings {
  s3::Settings server;
  store::Location source = {};
  store::Location destination = {};
  store::MirrorRules rules = {};
  std::optional<std::chrono::seconds> every = {};
  SyncLines::Format format = SyncLines::Format::words;
};

store::Location tree_from(const std::string& url) {
  store::Location place = parse_store_url(url).place;
  if (place.is_template()) {
    throw cli::usage_error(base::printable(url) + ": a template, not a directory or prefix");
  }
  if (place.scheme == store::Scheme::file) {
    place.path = std::filesystem::weakly_canonical(place.path).string();
  }
  if (!place.is_prefix()) place.path += '/';
  return place;
}

void require_apart(const store::Location& a, const store::Location& b) {
  const bool nested = a.path.starts_with(b.path) || b.path.starts_with(a.path);
  if (a.scheme == b.scheme && a.bucket == b.bucket && nested) {
    throw cli::usage_error("one of the two is inside the other");
  }
}

Settings settings_from(const cli::Context& context) {
  const cli::Args& args = context.args();
  if (args.operands().size() < 2) {
    throw cli::usage_error("a source and a destination are needed",
                           "write s3sync file:///PATH s3://BUCKET/PREFIX");
  }
  Settings settings{.server = store_settings(context),
                    .source = tree_from(args.operands()[0]),
                    .destination = tree_from(args.operands()[1])};
  require_apart(settings.source, settings.destination);
  store::MirrorRules& rules = settings.rules;
  if (args.has("checksum")) rules.compare = store::Compare::content;
  if (args.has("delete")) rules.extra = store::Extra::remove;
  if (args.has("dry-run")) rules.mode = store::Mode::rehearsal;
  rules.exclude = args.values("exclude");
  if (args.has("max-delete")) rules.max_remove = args.number("max-delete", 0, 0, INT64_MAX);
  // Two large files at a time; each has half.
  rules.memory = settings.server.memory;
  settings.server.memory = std::max(kLeastMemory, settings.server.memory / 2);
  if (const auto every = args.duration("every")) settings.every = std::chrono::seconds(*every);
  if (args.has("dry-run")) settings.format = SyncLines::Format::plan;
  if (args.has("json")) settings.format = SyncLines::Format::json;
  return settings;
}

void sync(const Settings& settings, cli::Log& log) {
  const auto start = Clock::now();
  if (settings.source.scheme == store::Scheme::file &&
      !std::filesystem::is_directory(settings.source.path)) {
    throw Error(Exit::missing, base::printable(settings.source.path) + ": no such directory");
  }
  const auto source = store::open_store(settings.source, settings.server);
  const auto destination = store::open_store(settings.destination, settings.server);
  SyncLines lines(settings.format, log);
  const store::MirrorReport report =
      store::mirror({*source, settings.source.path, settings.source.scheme},
                    {*destination, settings.destination.path, settings.destination.scheme},
                    settings.rules, [&](const store::Deed& deed) { lines.deed(deed); });
  lines.end(report, Clock::now() - start);
  if (report.failures.empty()) return;
  for (const Error& failure : report.failures) log.warning(failure.what());
  const bool spared = report.removed == 0 && settings.rules.extra == store::Extra::remove;
  throw Error(report.failures.front().status(),
              std::to_string(report.failures.size()) + " files failed" +
                  (spared ? ", so nothing was deleted" : ""),
              report.failures.front().hint());
}

std::vector<s3::Grant> grants(const Settings& settings) {
  using s3::Deed;
  std::vector<s3::Grant> grants = grants_for(settings.source, {Deed::list, Deed::look, Deed::read});
  append(grants, grants_for(settings.destination, {Deed::list, Deed::look}));
  if (settings.rules.mode == store::Mode::rehearsal) return grants;
  append(grants, grants_for(settings.destination, {Deed::write}));
  if (settings.rules.extra == store::Extra::remove) {
    append(grants, grants_for(settings.destination, {Deed::remove}));
  }
  return grants;
}

Exit body(const cli::Context& context) {
  const Settings settings = settings_from(context);
  if (print_policy(context.args(), grants(settings))) return Exit::ok;
  if (!settings.every) {
    sync(settings, context.log());
    return Exit::ok;
  }
  for (auto synced = Clock::now();;) {
    const auto start = Clock::now();
    try {
      sync(settings, context.log());
      synced = start;
    } catch (const Error& error) {
      context.log().error(error);
      context.log().warning("lag " + seconds_text(Clock::now() - synced) + " s");
    }
    std::this_thread::sleep_until(start + *settings.every);
  }
}

}  // namespace

int main(int argc, char** argv) { return cli::run(argc, argv, kTool, body); }
