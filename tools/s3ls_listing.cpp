#include "s3ls_listing.hpp"

#include "store/choose.hpp"

namespace sluice {

namespace {

// Of the key, what --match looks at.
std::string name_of(const StoreUrl& url, const std::string& key) {
  return key.substr(url.prefix().rfind('/') + 1);
}

void list_incomplete(const StoreUrl& url, store::Store& store, Lines& lines) {
  store.list_incomplete(url.prefix(), [&](store::Incomplete&& incomplete) {
    if (url.may_become(incomplete)) lines.incomplete(incomplete);
  });
}

std::optional<store::Found> found(const StoreUrl& url, store::Object&& object) {
  if (url.pattern) return store::found_by(*url.pattern, std::move(object));
  const base::Time time = object.modified;
  return store::Found{std::move(object), {}, time};
}

// Every object that the URL means: a template's, a prefix's, or the one that it names.
void list_url(const StoreUrl& url, store::Store& store,
              const std::function<void(store::Found&&)>& each) {
  const auto take = [&](store::Object&& object) {
    if (auto taken = found(url, std::move(object))) each(std::move(*taken));
  };
  if (url.names_many()) return store.list(url.prefix(), take);
  if (auto object = store.find(url.place.path)) take(std::move(*object));
}

void list_objects(const StoreUrl& url, store::Store& store, const Choice& choice, Lines& lines) {
  store::Newest newest(choice.at);
  list_url(url, store, [&](store::Found&& found) {
    if (!choice.passes(found, name_of(url, found.object.key))) return;
    if (choice.newest) {
      newest.consider(std::move(found));
    } else {
      lines.object(found, url.pattern.has_value());
    }
  });
  for (const auto& [group, members] : newest.groups()) {
    for (const store::Found& found : members) lines.object(found, url.pattern.has_value());
  }
}

// Of keys that begin with the one that the URL names, that one comes first.
void list_versions(const StoreUrl& url, store::Store& store, const Choice& choice, Lines& lines) {
  store.list_versions(url.prefix(), [&](store::Version&& version) {
    if (!url.names_many() && version.object.key != url.place.path) return false;
    const auto taken = found(url, std::move(version.object));
    if (taken && choice.passes(*taken, name_of(url, taken->object.key))) {
      lines.version(*taken, url.pattern.has_value(), version.latest, version.deletion);
    }
    return true;
  });
}

}  // namespace

Listed listed_from(const cli::Args& args, const Choice& choice) {
  const bool versions = args.has("versions");
  const bool incomplete = args.has("incomplete");
  if (choice.newest && incomplete)
    throw cli::usage_error("--latest and --at contradict --incomplete");
  if (versions && (choice.newest || incomplete)) {
    throw cli::usage_error("--latest, --at and --incomplete contradict --versions");
  }
  return versions ? Listed::versions : incomplete ? Listed::incomplete : Listed::objects;
}

void list(Listed what, const StoreUrl& url, store::Store& store, const Choice& choice,
          Lines& lines) {
  switch (what) {
    case Listed::objects: return list_objects(url, store, choice, lines);
    case Listed::incomplete: return list_incomplete(url, store, lines);
    case Listed::versions: return list_versions(url, store, choice, lines);
  }
}

}  // namespace sluice
