// s3ls: lists objects, and chooses among them.

#include <limits>

#include "base/text.hpp"
#include "s3/object.hpp"
#include "s3ls_choice.hpp"
#include "s3ls_lines.hpp"
#include "store_policy.hpp"

using namespace sluice;
using base::Exit;

namespace {

std::vector<cli::Option> options() {
  std::vector<cli::Option> options{
      {'l', "long", nullptr, "time and size before each URL"},
      {0, "json", nullptr, "one object of JSON a line"},
      {'0', "null", nullptr, "end each URL with a null byte"},
      {0, "total", nullptr, "number and size of all, in a last line"},
      {0, "incomplete", nullptr, "uploads that were begun and never ended"},
  };
  for (const cli::Option& option : choice_options()) options.push_back(option);
  return with_store_options(std::move(options));
}

const cli::Tool kTool{
    .name = "s3ls",
    .purpose = "List and choose objects",
    .usage = {"[OPTION]... [URL|TEMPLATE]..."},
    .options = options(),
    .most_operands = std::numeric_limits<std::size_t>::max(),
    .notes = "Without a URL: the buckets. A URL ending in / is a prefix; templates: sluice(7)."};

struct Settings {
  s3::Settings server;
  std::vector<std::pair<std::string, StoreUrl>> urls = {};
  LineFormat format = LineFormat::plain;
  bool total = false;
  bool incomplete = false;
  Choice choice = {};
};

Settings settings_from(const cli::Context& context) {
  const cli::Args& args = context.args();
  Settings settings{.server = store_settings(context)};
  for (const std::string& url : args.operands()) {
    settings.urls.emplace_back(url, parse_store_url(url));
  }
  settings.format = format_from(args);
  settings.total = args.has("total");
  settings.choice = choice_from(args);
  settings.incomplete = args.has("incomplete");
  if (settings.choice.newest && settings.incomplete) {
    throw cli::usage_error("--latest and --at contradict --incomplete");
  }
  if (settings.total && (args.has("null") || settings.incomplete)) {
    throw cli::usage_error("--total contradicts --null and --incomplete");
  }
  return settings;
}

void list_incomplete(const StoreUrl& url, store::Store& store, Lines& lines) {
  store.list_incomplete(url.prefix(), [&](store::Incomplete&& incomplete) {
    if (url.may_become(incomplete)) lines.incomplete(incomplete);
  });
}

// Every object that the URL means: a template's, a prefix's, or the one that it names.
void list_url(const StoreUrl& url, store::Store& store,
              const std::function<void(store::Found&&)>& each) {
  if (url.pattern) return store::list_matching(store, *url.pattern, each);
  const auto plain = [&](store::Object&& object) {
    const base::Time time = object.modified;
    each({std::move(object), {}, time});
  };
  if (url.place.is_prefix()) return store.list(url.place.path, plain);
  if (auto object = store.find(url.place.path)) plain(std::move(*object));
}

void list_objects(const Settings& settings, const StoreUrl& url, store::Store& store,
                  Lines& lines) {
  store::Newest newest(settings.choice.at);
  const std::size_t directory = url.prefix().rfind('/') + 1;
  list_url(url, store, [&](store::Found&& found) {
    if (!settings.choice.passes(found, found.object.key.substr(directory))) return;
    if (settings.choice.newest) {
      newest.consider(std::move(found));
    } else {
      lines.object(found, url.pattern.has_value());
    }
  });
  for (const auto& [group, members] : newest.groups()) {
    for (const store::Found& found : members) lines.object(found, url.pattern.has_value());
  }
}

std::uint64_t list_buckets(const Settings& settings) {
  s3::Client client(settings.server);
  Lines lines({}, settings.format);
  for (const s3::BucketInfo& bucket : s3::list_buckets(client)) {
    lines.bucket(bucket.name, bucket.created);
  }
  lines.finish();
  return lines.count();
}

std::vector<s3::Grant> grants(const Settings& settings) {
  if (settings.urls.empty()) return {{s3::Deed::list_buckets}};
  std::vector<s3::Grant> grants;
  for (const auto& [text, url] : settings.urls) {
    append(grants, grants_for(url, {settings.incomplete ? s3::Deed::list_incomplete
                                    : url.names_many()  ? s3::Deed::list
                                                        : s3::Deed::look}));
  }
  return grants;
}

Exit body(const cli::Context& context) {
  const Settings settings = settings_from(context);
  if (print_policy(context.args(), grants(settings))) return Exit::ok;
  std::uint64_t count = settings.urls.empty() ? list_buckets(settings) : 0;
  std::uint64_t size = 0;
  for (const auto& [text, url] : settings.urls) {
    if (url.place.scheme == store::Scheme::s3 && url.place.bucket.empty()) {
      count += list_buckets(settings);
      continue;
    }
    if (url.pattern && !url.pattern->has_time()) {
      context.log().info(base::printable(text) + ": no time in the template, taking Last-Modified");
    }
    const auto store = store::open_store(url.place, settings.server);
    Lines lines(url.place, settings.format);
    if (settings.incomplete) {
      list_incomplete(url, *store, lines);
    } else {
      list_objects(settings, url, *store, lines);
    }
    lines.finish();
    count += lines.count();
    size += lines.size();
  }
  if (settings.total) write_total(count, size, settings.format);
  return settings.choice.newest && count == 0 ? Exit::no : Exit::ok;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(argc, argv, kTool, body); }
