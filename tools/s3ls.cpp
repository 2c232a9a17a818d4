// s3ls: lists objects, and chooses among them.

#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "s3/object.hpp"
#include "s3ls_listing.hpp"
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
      {0, "versions", nullptr, "all versions of objects, and deletions, each with its ID"},
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
  Listed listed = Listed::objects;
  Choice choice = {};
};

bool names_no_bucket(const StoreUrl& url) {
  return url.place.scheme == store::Scheme::s3 && url.place.bucket.empty();
}

Settings settings_from(const cli::Context& context) {
  const cli::Args& args = context.args();
  Settings settings{.server = store_settings(context)};
  for (const std::string& url : args.operands()) {
    settings.urls.emplace_back(url, parse_store_url(url));
  }
  settings.format = format_from(args);
  settings.total = args.has("total");
  settings.choice = choice_from(args);
  settings.listed = listed_from(args, settings.choice);
  const bool all_buckets = std::any_of(settings.urls.begin(), settings.urls.end(),
                                       [](const auto& url) { return names_no_bucket(url.second); });
  if (settings.listed == Listed::versions && (settings.urls.empty() || all_buckets)) {
    throw cli::usage_error("--versions: no bucket is named", "write s3://BUCKET/");
  }
  if (settings.total && (args.has("null") || settings.listed == Listed::incomplete)) {
    throw cli::usage_error("--total contradicts --null and --incomplete");
  }
  return settings;
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

s3::Deed deed_on(const StoreUrl& url, Listed listed) {
  switch (listed) {
    case Listed::incomplete: return s3::Deed::list_incomplete;
    case Listed::versions: return s3::Deed::list_versions;
    case Listed::objects: break;
  }
  return url.names_many() ? s3::Deed::list : s3::Deed::look;
}

std::vector<s3::Grant> grants(const Settings& settings) {
  if (settings.urls.empty()) return {{s3::Deed::list_buckets}};
  std::vector<s3::Grant> grants;
  for (const auto& [text, url] : settings.urls) {
    append(grants, grants_for(url, {deed_on(url, settings.listed)}));
  }
  return grants;
}

Exit body(const cli::Context& context) {
  const Settings settings = settings_from(context);
  if (print_policy(context.args(), grants(settings))) return Exit::ok;
  std::uint64_t count = settings.urls.empty() ? list_buckets(settings) : 0;
  std::uint64_t size = 0;
  for (const auto& [text, url] : settings.urls) {
    if (names_no_bucket(url)) {
      count += list_buckets(settings);
      continue;
    }
    if (url.pattern && !url.pattern->has_time()) {
      context.log().info(base::printable(text) + ": no time in the template, taking Last-Modified");
    }
    const auto store = store::open_store(url.place, settings.server);
    Lines lines(url.place, settings.format);
    list(settings.listed, url, *store, settings.choice, lines);
    lines.finish();
    count += lines.count();
    size += lines.size();
  }
  if (settings.total)
    write_total(settings.listed == Listed::versions ? "version" : "object", count, size,
                settings.format);
  return settings.choice.newest && count == 0 ? Exit::no : Exit::ok;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(argc, argv, kTool, body); }
