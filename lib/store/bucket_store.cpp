#include "store/bucket_store.hpp"

#include <utility>

#include "digest/hash.hpp"
#include "s3/delete.hpp"
#include "s3/download.hpp"
#include "s3/object.hpp"
#include "s3/upload.hpp"

namespace sluice::store {

namespace {

constexpr std::chrono::seconds kAbortTime{20};

http::Headers headers_of(const WriteOptions& options) {
  http::Headers headers = options.headers;
  if (options.file_time) headers.emplace_back(kTimeHeader, to_decimal(*options.file_time));
  return headers;
}

Object object_of(s3::ObjectInfo&& info) {
  return {std::move(info.key), info.size, info.modified, std::move(info.etag)};
}

Object object_of(const std::string& key, s3::ObjectState&& state) {
  return {key,
          state.size,
          state.modified,
          std::move(state.etag),
          std::move(state.version),
          from_decimal(state.mtime)};
}

class UploadWriter : public Writer {
 public:
  UploadWriter(s3::Client& client, const std::string& bucket, const std::string& key,
               const WriteOptions& options)
      : upload_(client, bucket, key,
                {.if_exists = options.if_exists,
                 .parts = {.max_parts = options.max_parts,
                           .part_size = options.part_size,
                           .expected_size = options.expected_size},
                 .headers = headers_of(options),
                 .checksum = options.checksum}) {
    if (options.sha256) hash_.emplace();
  }

  void write(base::Bytes bytes) override {
    if (hash_) hash_->update(bytes);
    upload_.write(bytes);
  }

  void finish() override {
    upload_.finish();
    const s3::Uploaded& result = upload_.result();
    receipt_ = {.size = result.size,
                .etag = result.etag,
                .version = result.version,
                .digest = result.digest,
                .part_sizes = result.part_sizes,
                .sha256 = hash_ ? digest::hex(hash_->finish()) : "",
                .existed = result.existed};
  }

  [[nodiscard]] const Receipt& receipt() const override { return receipt_; }

 private:
  s3::Upload upload_;
  std::optional<digest::Sha256Stream> hash_;
  Receipt receipt_;
};

}  // namespace

BucketStore::BucketStore(std::string bucket, const s3::Settings& settings)
    : bucket_(std::move(bucket)), client_(settings) {}

void BucketStore::list(const std::string& prefix, const std::function<void(Object&&)>& each) {
  s3::list_objects(client_, bucket_, prefix,
                   [&](s3::ObjectInfo&& info) { each(object_of(std::move(info))); });
}

std::optional<Object> BucketStore::find(const std::string& key) {
  auto state = s3::head_object(client_, bucket_, key);
  if (!state) return std::nullopt;
  // A bucket that keeps no versions calls them all that; reading by version takes more rights.
  if (state->version == "null") state->version.clear();
  return object_of(key, std::move(*state));
}

std::unique_ptr<Writer> BucketStore::write(const std::string& key, const WriteOptions& options) {
  return std::make_unique<UploadWriter>(client_, bucket_, key, options);
}

void BucketStore::read(const Object& object, stream::Sink& sink) {
  s3::download(client_, bucket_, object.key,
               {object.size, object.etag, object.version, object.modified}, sink);
}

std::vector<NotRemoved> BucketStore::remove(std::span<const std::string> keys) {
  std::vector<NotRemoved> failures;
  for (s3::NotDeleted& failure : s3::delete_objects(client_, bucket_, keys)) {
    failures.push_back({std::move(failure.key), failure.error});
  }
  return failures;
}

void BucketStore::remove_leftovers(const std::string&) {}

void BucketStore::remove_emptied_directories(const std::string&, std::span<const std::string>) {}

bool BucketStore::copy_from(Store& other, const Object& object, const std::string& key) {
  const auto* bucket = dynamic_cast<const BucketStore*>(&other);
  if (bucket == nullptr || object.size > s3::kMostToCopy) return false;
  s3::copy_object(client_, bucket->bucket_, object.key, object.etag, bucket_, key);
  return true;
}

bool BucketStore::keeps_versions() { return s3::keeps_versions(client_, bucket_); }

void BucketStore::list_versions(const std::string& prefix,
                                const std::function<bool(Version&&)>& each) {
  s3::list_versions(client_, bucket_, prefix, [&](s3::VersionInfo&& info) {
    Version version{object_of(std::move(info.object)), info.latest, info.deletion};
    version.object.version = std::move(info.id);
    return each(std::move(version));
  });
}

std::optional<Object> BucketStore::find_version(const std::string& key,
                                                const std::string& version) {
  auto state = s3::head_object(client_, bucket_, key, version);
  if (!state) return std::nullopt;
  state->version = version;
  return object_of(key, std::move(*state));
}

void BucketStore::list_incomplete(const std::string& prefix,
                                  const std::function<void(Incomplete&&)>& each) {
  s3::list_uploads(client_, bucket_, prefix, [&](s3::UploadInfo&& info) {
    each({std::move(info.key), std::move(info.id), info.started});
  });
}

void BucketStore::remove_incomplete(const Incomplete& incomplete) {
  s3::abort_upload(client_, bucket_, incomplete.key, incomplete.id,
                   std::chrono::steady_clock::now() + kAbortTime);
}

}  // namespace sluice::store
