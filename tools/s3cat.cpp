// s3cat: one object to standard output, whole and unmixed.

#include <unistd.h>

#include "base/text.hpp"
#include "store/choose.hpp"
#include "store_policy.hpp"
#include "stream/fd_sink.hpp"

using namespace sluice;
using base::Error;
using base::Exit;

namespace {

const cli::Tool kTool{
    .name = "s3cat",
    .purpose = "Write one object to standard output",
    .usage = {"[OPTION]... URL", "[OPTION]... --latest TEMPLATE", "[OPTION]... --at TIME TEMPLATE",
              "[OPTION]... --version-id ID URL"},
    .options = with_store_options({
        {0, "latest", nullptr, "the newest object of the template"},
        {0, "at", "TIME", "the newest object of the template that is not newer than TIME"},
        {0, "version-id", "ID", "that version of the object, in a bucket that keeps versions"},
        {0, "ok-broken-pipe", nullptr, "a reader that closes early is success"},
        customer_key_option(),
    }),
    .most_operands = 1,
    .notes = "TIME is like 2023-10-05T12:00:00Z, or 2023-10-05 12:00 in local time."};

struct Settings {
  s3::Settings server;
  std::string text;
  StoreUrl url = {};
  std::optional<base::Time> not_after = {};
  std::optional<std::string> version = {};
  bool ok_broken_pipe = false;
};

Settings settings_from(const cli::Context& context) {
  const cli::Args& args = context.args();
  Settings settings{.server = store_settings(context), .text = require_url(args)};
  settings.server.customer_key = customer_key(args);
  settings.url = parse_store_url(settings.text);
  const bool choose = args.has("latest") || args.has("at");
  if (args.has("latest") && args.has("at")) {
    throw cli::usage_error("--latest and --at contradict each other");
  }
  settings.version = args.value("version-id");
  if (settings.version && (choose || settings.url.pattern)) {
    throw cli::usage_error("--version-id: goes with the URL of one object, without a template",
                           "s3ls --versions lists them");
  }
  if (choose && !settings.url.pattern) {
    throw cli::usage_error(base::printable(settings.text) + ": not a template to choose from",
                           "write a field into it, like {utc}");
  }
  if (!choose && settings.url.pattern) {
    throw cli::usage_error(base::printable(settings.text) + ": a template means many objects",
                           "say --latest or --at TIME");
  }
  if (settings.url.place.is_prefix()) {
    throw cli::usage_error(base::printable(settings.text) + ": names many objects, not one",
                           "s3ls lists them");
  }
  settings.not_after = time_at(args);
  settings.ok_broken_pipe = args.has("ok-broken-pipe");
  return settings;
}

store::Object choose(const Settings& settings, store::Store& store) {
  store::Newest newest(settings.not_after);
  store::list_matching(store, *settings.url.pattern,
                       [&](store::Found&& found) { newest.consider(std::move(found)); });
  const auto& groups = newest.groups();
  if (groups.empty()) {
    throw Error(Exit::missing, base::printable(settings.text) + ": no object to choose",
                "s3ls lists what the template means");
  }
  if (groups.size() > 1) {
    throw cli::usage_error(base::printable(settings.text) +
                               ": more than one group: " + base::printable(groups.begin()->first) +
                               ", " + base::printable(std::next(groups.begin())->first),
                           "let the shell fill in the field that tells them apart");
  }
  return groups.begin()->second.front().object;
}

store::Object find(const Settings& settings, store::Store& store, const std::string& key) {
  const auto object =
      settings.version ? store.find_version(key, *settings.version) : store.find(key);
  if (object) return *object;
  const std::string url = base::printable(store::url_of(settings.url.place, key));
  if (settings.version) {
    throw Error(Exit::missing,
                url + ": no such version, or a deletion: " + base::printable(*settings.version),
                "s3ls --versions lists what there is");
  }
  throw Error(Exit::missing, url + ": no such object", "s3ls lists what there is");
}

std::vector<s3::Grant> grants(const Settings& settings) {
  if (settings.version) return grants_for(settings.url, {s3::Deed::read_version});
  std::vector<s3::Grant> grants = grants_for(settings.url, {s3::Deed::look, s3::Deed::read});
  if (settings.url.pattern) append(grants, grants_for(settings.url, {s3::Deed::list}));
  return grants;
}

Exit body(const cli::Context& context) {
  const Settings settings = settings_from(context);
  if (print_policy(context.args(), grants(settings))) return Exit::ok;
  cli::refuse_terminal("an object");
  const auto store = store::open_store(settings.url.place, settings.server);
  if (settings.url.pattern && !settings.url.pattern->has_time()) {
    context.log().warning(settings.text + ": no time in the template, taking Last-Modified");
  }
  const std::string key =
      settings.url.pattern ? choose(settings, *store).key : settings.url.place.path;
  const store::Object object = find(settings, *store, key);
  context.log().info("reading " + base::printable(store::url_of(settings.url.place, key)));
  stream::FdSink out(STDOUT_FILENO, "standard output");
  try {
    const cli::Progress progress = context.show_progress(out.count(), object.size);
    store->read(object, out);
  } catch (const io::BrokenPipe&) {
    if (!settings.ok_broken_pipe) throw;
  }
  context.summary(object.size, out.count());
  return Exit::ok;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(argc, argv, kTool, body); }
