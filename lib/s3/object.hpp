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
  std::string mtime = {};         ///< the metadata of that name
  bool has_customer_key = false;  ///< encrypted by the customer's key
};

/// Of the newest version, or of that one. nullopt when there is no such object or version. Throws:
/// base::Error; missing also for a bucket, for a version that is a deletion, and for what the
/// server takes for no version's ID.
[[nodiscard]] std::optional<ObjectState> head_object(Client& client, const std::string& bucket,
                                                     const std::string& key,
                                                     const std::string& version = "");

/// Every object whose key begins with `prefix`, in the server's order, page by page.
void list_objects(Client& client, const std::string& bucket, const std::string& prefix,
                  const std::function<void(ObjectInfo&&)>& each);

/// Every version of every object whose key begins with `prefix`, page by page: by key, the newest
/// first. Ends when `each` returns false.
void list_versions(Client& client, const std::string& bucket, const std::string& prefix,
                   const std::function<bool(VersionInfo&&)>& each);

/// Every multipart upload that was begun and not ended.
void list_uploads(Client& client, const std::string& bucket, const std::string& prefix,
                  const std::function<void(UploadInfo&&)>& each);

[[nodiscard]] std::vector<BucketInfo> list_buckets(Client& client);

/// Copies within the server, metadata included; at most 5 GiB (kMostToCopy). Throws: base::Error;
/// temporary when the source is no longer the one of that ETag.
void copy_object(Client& client, const std::string& from_bucket, const std::string& from_key,
                 const std::string& etag, const std::string& bucket, const std::string& key);
inline constexpr std::uint64_t kMostToCopy = 5ULL << 30;

/// Whether an upload that has not ended has parts.
[[nodiscard]] bool has_parts(Client& client, const std::string& bucket, const std::string& key,
                             const std::string& id, http::Deadline deadline);

/// Ends a multipart upload and frees its parts; one that has ended already is no error. Asks again
/// as long as parts that were in flight keep turning up.
void abort_upload(Client& client, const std::string& bucket, const std::string& key,
                  const std::string& id, http::Deadline deadline);

}  // namespace sluice::s3
