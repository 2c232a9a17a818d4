#pragma once
// Single calls on objects and buckets.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "s3/answer.hpp"
#include "s3/client.hpp"

namespace sluice::s3 {

/// What HEAD tells.
struct ObjectState {
  std::uint64_t size = 0;
  std::string etag = {};  ///< without its quotes
  std::string version = {};
  base::Time modified{};
  std::string mtime = {};  ///< the metadata of that name
};

/// nullopt when there is no such object. Throws: base::Error, also for a missing bucket.
[[nodiscard]] std::optional<ObjectState> head_object(Client& client, const std::string& bucket,
                                                     const std::string& key,
                                                     std::optional<http::Deadline> deadline = {});

/// Every object whose key begins with `prefix`, in the server's order, page by page.
void list_objects(Client& client, const std::string& bucket, const std::string& prefix,
                  const std::function<void(ObjectInfo&&)>& each);

/// Every multipart upload that was begun and not ended.
void list_uploads(Client& client, const std::string& bucket, const std::string& prefix,
                  const std::function<void(UploadInfo&&)>& each);

[[nodiscard]] std::vector<BucketInfo> list_buckets(Client& client);

/// Copies within the server, metadata included; at most 5 GiB (kMostToCopy). Throws: base::Error;
/// temporary when the source is no longer the one of that ETag.
void copy_object(Client& client, const std::string& from_bucket, const std::string& from_key,
                 const std::string& etag, const std::string& bucket, const std::string& key);
inline constexpr std::uint64_t kMostToCopy = 5ULL << 30;

/// Ends a multipart upload and frees its parts; one that has ended already is no error. Asks again
/// as long as parts that were in flight keep turning up.
void abort_upload(Client& client, const std::string& bucket, const std::string& key,
                  const std::string& id, http::Deadline deadline);

}  // namespace sluice::s3
