#include "s3/object_options.hpp"

#include "base/text.hpp"
#include "digest/hash.hpp"
#include "s3/error.hpp"
#include "s3/sigv4.hpp"

namespace sluice::s3 {

namespace {

constexpr char kTags[] = "x-amz-tagging";
constexpr char kMode[] = "x-amz-object-lock-mode";
constexpr char kUntil[] = "x-amz-object-lock-retain-until-date";
constexpr char kHold[] = "x-amz-object-lock-legal-hold";

class StoredObject {
 public:
  StoredObject(Client& client, const std::string& bucket, const std::string& key,
               const std::string& version)
      : client_(client), call_{.method = "PUT", .bucket = bucket, .key = key} {
    if (!version.empty()) call_.query.emplace_back("versionId", version);
  }

  /// Of the version that was written.
  http::Response state() { return head(call_.query); }
  http::Response state_of_newest() { return head({}); }

  void put(const std::string& what, const std::string& body) {
    Call put = call_;
    put.query.emplace_back(what, "");
    put.headers = {{"content-md5", digest::base64(digest::md5(base::as_bytes(body)))},
                   {"content-type", "application/xml"}};
    put.body = base::as_bytes(body);
    client_.call(std::move(put));
  }

 private:
  http::Response head(Query query) {
    return client_.call({.method = "HEAD",
                         .bucket = call_.bucket,
                         .key = call_.key,
                         .query = std::move(query),
                         .with_customer_key = true});
  }

  Client& client_;
  Call call_;
};

// "a=1&b=2", percent-encoded.
std::string tagging(const std::string& header) {
  std::string set;
  for (const std::string& tag : base::split(header, '&')) {
    const std::size_t equals = tag.find('=');
    set += "<Tag><Key>" + xml_escape(percent_decode(tag.substr(0, equals))) + "</Key><Value>" +
           xml_escape(percent_decode(tag.substr(equals + 1))) + "</Value></Tag>";
  }
  return "<Tagging><TagSet>" + set + "</TagSet></Tagging>";
}

std::string count_of(const std::string& tags) {
  return std::to_string(base::split(tags, '&').size());
}

// Amazon S3 User Guide, "Locking objects": only in buckets that keep versions. A server that knows
// nothing of it may take the call for a new content.
void require_versions(const http::Response& state) {
  const std::string version = state.header("x-amz-version-id").value_or("");
  if (!version.empty() && version != "null") return;
  throw base::Error(base::Exit::unavailable, "the bucket keeps no versions, as object lock needs");
}

void ensure(StoredObject& object, const http::Headers& headers) {
  const auto tags = http::find_header(headers, kTags);
  const http::Response state = object.state();
  const auto mode = http::find_header(headers, kMode);
  const bool lock = mode && state.header(kMode) != mode;
  const bool hold = http::find_header(headers, kHold) && state.header(kHold) != "ON";
  const bool tag = tags && state.header("x-amz-tagging-count") != count_of(*tags);
  if (lock || hold) require_versions(state);
  if (tag) object.put("tagging", tagging(*tags));
  if (lock) {
    object.put("retention", "<Retention><Mode>" + *mode + "</Mode><RetainUntilDate>" +
                                http::find_header(headers, kUntil).value_or("") +
                                "</RetainUntilDate></Retention>");
  }
  if (hold) object.put("legal-hold", "<LegalHold><Status>ON</Status></LegalHold>");
  if ((tag || lock || hold) && object.state_of_newest().header("etag") != state.header("etag")) {
    throw base::Error(base::Exit::protocol, "the server took them for another content of it");
  }
}

}  // namespace

bool asks_for_lock(const http::Headers& headers) {
  return http::find_header(headers, kMode) || http::find_header(headers, kHold);
}

void ensure_options(Client& client, const std::string& bucket, const std::string& key,
                    const std::string& version, const http::Headers& headers) {
  if (!asks_for_lock(headers) && !http::find_header(headers, kTags)) return;
  StoredObject object(client, bucket, key, version);
  try {
    ensure(object, headers);
  } catch (const base::Error& error) {
    throw base::Error(
        error.status(),
        display_url(bucket, key) + ": is stored, but without its tags or lock: " + error.what(),
        error.hint());
  }
}

}  // namespace sluice::s3
