#include "s3/object.hpp"

#include "base/text.hpp"
#include "s3/customer_key.hpp"
#include "s3/error.hpp"
#include "s3/sigv4.hpp"

namespace sluice::s3 {

namespace {

constexpr int kAbortRounds = 5;

ObjectState state_of(const http::Response& response, const std::string& url) {
  ObjectState state;
  const auto size = base::parse_number(response.header("content-length").value_or(""));
  if (!size) {
    throw base::Error(base::Exit::protocol, url + ": the server does not tell its size",
                      "does a proxy change the answers?");
  }
  state.size = *size;
  state.etag = without_quotes(response.header("etag").value_or(""));
  state.version = response.header("x-amz-version-id").value_or("");
  state.modified =
      http::parse_date(response.header("last-modified").value_or("")).value_or(base::Time{});
  state.has_customer_key = !response.header(kCustomerKeyAlgorithm).value_or("").empty();
  state.mtime = response.header("x-amz-meta-mtime").value_or("");
  return state;
}

[[noreturn]] void refuse_circles(const std::string& bucket, const std::string& prefix) {
  throw base::Error(base::Exit::protocol,
                    display_url(bucket, prefix) + ": the listing goes round in circles");
}

// Of GET ?what. `take` gets each page's body and tells where the next one begins, if one is wanted.
void for_each_page(Client& client, const std::string& bucket, const std::string& prefix,
                   const std::string& what, const std::string& id_marker,
                   const std::function<Marker(const std::string&)>& take) {
  Marker here;
  do {
    Call call{.method = "GET",
              .bucket = bucket,
              .query = {{what, ""}, {"encoding-type", "url"}, {"prefix", prefix}}};
    if (!here.key.empty()) call.query.emplace_back("key-marker", here.key);
    if (!here.id.empty()) call.query.emplace_back(id_marker, here.id);
    Marker next = take(client.call(call).body);
    if (!next.key.empty() && next == here) refuse_circles(bucket, prefix);
    here = std::move(next);
  } while (!here.key.empty());
}

// A version that cannot be read is a missing one, by whatever name the server calls it.
base::Error version_error(const ServerError& error, const std::string& url) {
  if (error.code() == "MethodNotAllowed") {
    return {base::Exit::missing, url + ": that version is a deletion, which has no content",
            "s3ls --versions lists the others"};
  }
  if (error.code() == "InvalidArgument") {
    return {base::Exit::missing, error.what(), "s3ls --versions lists the IDs that there are"};
  }
  return error;
}

}  // namespace

bool has_parts(Client& client, const std::string& bucket, const std::string& key,
               const std::string& id, http::Deadline deadline) {
  try {
    return client
               .call({.method = "GET",
                      .bucket = bucket,
                      .key = key,
                      .query = {{"uploadId", id}, {"max-parts", "1"}},
                      .deadline = deadline})
               .body.find("PartNumber>") != std::string::npos;
  } catch (const ServerError& error) {
    if (error.http_status() == 404) return false;
    throw;
  }
}

std::optional<ObjectState> head_object(Client& client, const std::string& bucket,
                                       const std::string& key, const std::string& version) {
  Call head{.method = "HEAD", .bucket = bucket, .key = key, .with_customer_key = true};
  if (!version.empty()) head.query.emplace_back("versionId", version);
  const std::string url = display_url(bucket, key);
  try {
    return state_of(client.call(head), url);
  } catch (const ServerError&) {
  }
  // A HEAD has no body to say why; the same as GET does. It may also teach what the HEAD lacked:
  // the server's clock, the bucket's region.
  Call get = head;
  get.method = "GET";
  get.headers.emplace_back("range", "bytes=0-0");
  try {
    client.call(get);
    return state_of(client.call(head), url);
  } catch (const ServerError& error) {
    if (error.code() == "NoSuchKey" || error.code() == "NoSuchVersion") return std::nullopt;
    if (version.empty()) throw;
    throw version_error(error, url);
  }
}

void list_objects(Client& client, const std::string& bucket, const std::string& prefix,
                  const std::function<void(ObjectInfo&&)>& each) {
  std::string token;
  do {
    Call call{.method = "GET",
              .bucket = bucket,
              .query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", prefix}}};
    if (!token.empty()) call.query.emplace_back("continuation-token", token);
    ObjectPage page = parse_object_page(client.call(call).body);
    for (ObjectInfo& object : page.objects) each(std::move(object));
    if (page.next == token && !token.empty()) refuse_circles(bucket, prefix);
    token = std::move(page.next);
  } while (!token.empty());
}

void list_versions(Client& client, const std::string& bucket, const std::string& prefix,
                   const std::function<bool(VersionInfo&&)>& each) {
  for_each_page(client, bucket, prefix, "versions", "version-id-marker",
                [&](const std::string& body) {
                  VersionPage page = parse_version_page(body);
                  for (VersionInfo& version : page.versions) {
                    if (!each(std::move(version))) return Marker{};
                  }
                  return page.next;
                });
}

void list_uploads(Client& client, const std::string& bucket, const std::string& prefix,
                  const std::function<void(UploadInfo&&)>& each) {
  for_each_page(client, bucket, prefix, "uploads", "upload-id-marker",
                [&](const std::string& body) {
                  UploadPage page = parse_upload_page(body);
                  for (UploadInfo& upload : page.uploads) each(std::move(upload));
                  return page.next;
                });
}

std::vector<BucketInfo> list_buckets(Client& client) {
  return parse_buckets(client.call({.method = "GET", .bucket = ""}).body);
}

void copy_object(Client& client, const std::string& from_bucket, const std::string& from_key,
                 const std::string& etag, const std::string& bucket, const std::string& key) {
  const std::string source = "/" + from_bucket + "/" + percent_encode(from_key, Slash::keep);
  try {
    const http::Response response =
        client.call({.method = "PUT",
                     .bucket = bucket,
                     .key = key,
                     .headers = {{"x-amz-copy-source", source},
                                 {"x-amz-copy-source-if-match", "\"" + etag + "\""}}});
    // As with a multipart upload, success may turn out to be none.
    const ErrorAnswer answer = parse_error(response.body);
    if (!answer.code.empty()) {
      throw server_error(display_url(bucket, key), client.endpoint_url(), response.status, answer);
    }
    require_copy(response.body);
  } catch (const ServerError& error) {
    if (error.http_status() != 412) throw;
    throw base::Error(base::Exit::temporary, display_url(from_bucket, from_key) +
                                                 ": the object was replaced while it was copied");
  }
}

void abort_upload(Client& client, const std::string& bucket, const std::string& key,
                  const std::string& id, http::Deadline deadline) {
  const Call call{.method = "DELETE",
                  .bucket = bucket,
                  .key = key,
                  .query = {{"uploadId", id}},
                  .deadline = deadline};
  for (int round = 0; round < kAbortRounds; ++round) {
    try {
      client.call(call);
    } catch (const ServerError& error) {
      if (error.http_status() == 404) return;
      throw;
    }
    if (!has_parts(client, bucket, key, id, deadline)) return;
  }
  throw base::Error(base::Exit::temporary,
                    display_url(bucket, key) + ": parts of the ended upload keep turning up",
                    "s3prune --incomplete removes them later");
}

}  // namespace sluice::s3
