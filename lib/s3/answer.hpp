#pragma once
// What S3 says in XML (Amazon S3 API Reference), read with pugixml: errors, pages of listings, the
// answers of a multipart upload. Pure functions; malformed XML throws base::Error (protocol).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "s3/credentials.hpp"

namespace sluice::s3 {

/// <Error>. All fields are empty where a body is no such thing.
struct ErrorAnswer {
  std::string code;
  std::string message;
  std::string region;
  std::string endpoint;  ///< of a redirect
};
/// Never throws: an error's body may be anything.
[[nodiscard]] ErrorAnswer parse_error(const std::string& body);

struct ObjectInfo {
  std::string key;
  std::uint64_t size = 0;
  base::Time modified{};
  std::string etag;  ///< without its quotes
};

/// One page of ListObjectsV2.
struct ObjectPage {
  std::vector<ObjectInfo> objects;
  std::string next;  ///< the continuation token; "" on the last page
};
[[nodiscard]] ObjectPage parse_object_page(const std::string& body);

/// Where a listing of versions or of uploads goes on.
struct Marker {
  std::string key;  ///< "" on the last page
  std::string id;   ///< may be "" on others, too
  bool operator==(const Marker&) const = default;
};

/// One version of an object, or its deletion.
struct VersionInfo {
  ObjectInfo object;  ///< of a deletion: without size and ETag
  std::string id;     ///< "null" where it was written while the bucket kept no versions
  bool latest = false;
  bool deletion = false;
};

/// One page of ListObjectVersions.
struct VersionPage {
  std::vector<VersionInfo> versions;
  Marker next;
};
[[nodiscard]] VersionPage parse_version_page(const std::string& body);

struct UploadInfo {
  std::string key;
  std::string id;
  base::Time started{};
};

/// One page of ListMultipartUploads.
struct UploadPage {
  std::vector<UploadInfo> uploads;
  Marker next;
};
[[nodiscard]] UploadPage parse_upload_page(const std::string& body);

struct BucketInfo {
  std::string name;
  base::Time created{};
};
[[nodiscard]] std::vector<BucketInfo> parse_buckets(const std::string& body);

/// The id of a multipart upload that was begun.
[[nodiscard]] std::string parse_upload_id(const std::string& body);

/// CompleteMultipartUpload answers 200 before it is done: the body may be an <Error>.
struct CompleteAnswer {
  std::string etag;
  ErrorAnswer error;
};
[[nodiscard]] CompleteAnswer parse_complete(const std::string& body);

/// Throws: base::Error (protocol) where it is not the answer to a copy that was made.
void require_copy(const std::string& body);

/// What DeleteObjects could not delete.
struct DeleteFailure {
  std::string key;
  ErrorAnswer error;
};
[[nodiscard]] std::vector<DeleteFailure> parse_delete_failures(const std::string& body);

/// GetBucketVersioning: is, or was, the bucket set to keep old versions?
[[nodiscard]] bool parse_versioning(const std::string& body);

/// The <Credentials> of an answer of the security token service.
[[nodiscard]] Credentials parse_sts_credentials(const std::string& body);

/// Text between tags.
[[nodiscard]] std::string xml_escape(const std::string& text);

[[nodiscard]] std::string without_quotes(std::string etag);

}  // namespace sluice::s3
