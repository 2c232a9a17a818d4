// s3put: a stream becomes one object, but only if the stream is whole.

#include <unistd.h>

#include <cinttypes>
#include <optional>

#include "base/text.hpp"
#include "s3/error.hpp"
#include "s3put_followup.hpp"
#include "s3put_object.hpp"
#include "s3put_policy.hpp"
#include "s3put_probe.hpp"
#include "s3put_producer.hpp"
#include "store/choose.hpp"

using namespace sluice;
using base::Error;
using base::Exit;

namespace {

const cli::Tool kTool{
    .name = "s3put",
    .purpose = "Store a stream as one object, if it is whole",
    .usage = {"[OPTION]... URL [FILE]", "[OPTION]... URL -- COMMAND [ARGUMENT]...",
              "--probe [OPTION]... URL"},
    .options = with_store_options(with_object_options(with_followup_options({
        {0, "min-size", "SIZE", "refuse a stream that is shorter"},
        {0, "max-shrink", "PERCENT", "refuse a stream that is so much shorter than the last one"},
        {0, "probe", nullptr, "store nothing; find out what the server can do"},
    }))),
    .most_operands = 2,
    .kind = cli::Kind::filter,
    .command = cli::Command::yes,
    .notes = "A URL with {utc}, {utc:compact}, {host} and the like is a template: sluice(7)."};

struct Settings {
  s3::Settings server;
  StoreUrl url;
  std::string key = {};
  store::WriteOptions write = {};
  std::uint64_t min_size = 0;
  std::optional<std::uint64_t> max_shrink = {};
  std::string file = {};
  std::optional<std::vector<std::string>> command = {};
  stream::EofPolicy eof = {};
  FollowUp followup = {};
};

Settings settings_from(const cli::Context& context) {
  const cli::Args& args = context.args();
  Settings settings{.server = store_settings(context), .url = parse_store_url(require_url(args))};
  const StoreUrl& url = settings.url;
  if (url.place.is_prefix()) {
    throw cli::usage_error(args.operands().front() + ": names a prefix, not an object");
  }
  const base::Time now = base::now();
  settings.key = url.pattern ? url.pattern->write(now) : url.place.path;
  settings.server.customer_key = customer_key(args);
  settings.write = write_options(args, url, now);
  settings.min_size = args.size("min-size").value_or(0);
  if (args.has("max-shrink")) {
    settings.max_shrink = args.number("max-shrink", 0, 0, 100);
    if (!url.pattern) throw cli::usage_error("--max-shrink: needs a template to compare with");
  }
  settings.command = args.command();
  if (args.operands().size() > 1) settings.file = args.operands()[1];
  if (settings.command && !settings.file.empty()) {
    throw cli::usage_error("either a file or a command, not both");
  }
  settings.eof = {args.has("trust-eof"), args.has("allow-empty")};
  settings.followup = followup_from(args, url, settings.key, settings.write);
  return settings;
}

void require_size(const Settings& settings, const stream::Input& input, std::uint64_t previous) {
  const std::uint64_t size = input.count();
  if (size < settings.min_size) {
    throw Error(Exit::data, input.name() + ": " + base::human_size(size) + " are less than " +
                                base::human_size(settings.min_size) + ", as --min-size asks");
  }
  if (settings.max_shrink && size * 100 < previous * (100 - *settings.max_shrink)) {
    throw Error(Exit::data, input.name() + ": " + base::human_size(size) +
                                " where the last one had " + base::human_size(previous) +
                                ": more than --max-shrink allows");
  }
}

// The size of the newest earlier object of the template, 0 if there is none.
std::uint64_t previous_size(const Settings& settings, store::Store& store) {
  store::Newest newest(base::now());
  store::list_matching(store, *settings.url.pattern,
                       [&](store::Found&& found) { newest.consider(std::move(found)); });
  return newest.groups().empty() ? 0 : newest.groups().begin()->second.front().object.size;
}

Exit store(const cli::Context& context) {
  Settings settings = settings_from(context);
  if (print_policy(context.args(), put_grants(settings.url, settings.write, settings.followup,
                                              settings.max_shrink ? Compare::yes : Compare::no)))
    return Exit::ok;
  begin_receipt(settings.followup);
  const auto store = store::open_store(settings.url.place, settings.server);
  const std::uint64_t previous = settings.max_shrink ? previous_size(settings, *store) : 0;
  const auto writer = store->write(settings.key, settings.write);
  std::optional<io::Child> child;
  stream::Input input = settings.command
                            ? input_from(child, *settings.command, settings.eof.allow_empty)
                            : stream::Input::open(settings.file, settings.eof);
  {
    const cli::Progress progress = context.show_progress(input.count(), input.size_if_known());
    base::Buffer buffer(256 << 10);
    while (const std::size_t size = input.read(buffer.space())) {
      writer->write(base::Bytes(buffer.data(), size));
    }
  }
  if (child) require_success(*child);
  input.require_whole();
  require_size(settings, input, previous);
  writer->finish();
  const store::Receipt& receipt = writer->receipt();
  follow_up(settings.followup, *store, settings.url.place, settings.key, receipt,
            context.seconds());
  context.summary(input.count(), receipt.size);
  return Exit::ok;
}

Exit body(const cli::Context& context) {
  if (probe_server(context)) return Exit::ok;
  try {
    return store(context);
  } catch (const s3::ServerError& error) {
    const std::string options = options_for_some_servers(context.args());
    if (error.code() != "NotImplemented" || options.empty()) throw;
    throw Error(error.status(), error.what(), "it may not know " + options);
  }
}

}  // namespace

int main(int argc, char** argv) { return cli::run(argc, argv, kTool, body); }
