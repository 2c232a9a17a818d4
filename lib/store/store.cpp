#include "store/store.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/bucket_store.hpp"
#include "store/directory_store.hpp"

namespace sluice::store {

namespace {

[[noreturn]] void refuse_versions(const std::string& key) {
  throw base::Error(base::Exit::usage, base::printable(key) + ": only a bucket keeps versions");
}

}  // namespace

void Store::list_versions(const std::string& prefix, const std::function<bool(Version&&)>&) {
  refuse_versions(prefix);
}

std::optional<Object> Store::find_version(const std::string& key, const std::string&) {
  refuse_versions(key);
}

std::unique_ptr<Store> open_store(const Location& place, const s3::Settings& settings) {
  if (place.scheme == Scheme::file) return std::make_unique<DirectoryStore>();
  if (place.bucket.empty()) {
    throw base::Error(base::Exit::usage, "s3://: names no bucket", "write s3://BUCKET/KEY");
  }
  return std::make_unique<BucketStore>(place.bucket, settings);
}

}  // namespace sluice::store
