#include "store/store.hpp"

#include "base/error.hpp"
#include "store/bucket_store.hpp"
#include "store/directory_store.hpp"

namespace sluice::store {

std::unique_ptr<Store> open_store(const Location& place, const s3::Settings& settings) {
  if (place.scheme == Scheme::file) return std::make_unique<DirectoryStore>();
  if (place.bucket.empty()) {
    throw base::Error(base::Exit::usage, "s3://: names no bucket", "write s3://BUCKET/KEY");
  }
  return std::make_unique<BucketStore>(place.bucket, settings);
}

}  // namespace sluice::store
