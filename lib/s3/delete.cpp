#include "s3/delete.hpp"

#include <algorithm>
#include <utility>

#include "digest/hash.hpp"

namespace sluice::s3 {

namespace {

constexpr std::size_t kKeysPerRequest = 1000;  // DeleteObjects takes no more

// XML 1.0 cannot hold the other control characters, not even escaped.
bool fits_xml(const std::string& key) {
  return std::none_of(key.begin(), key.end(), [](unsigned char c) {
    return c < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
}

class Deletion {
 public:
  Deletion(Client& client, const std::string& bucket) : client_(client), bucket_(bucket) {}

  void together(std::span<const std::string> keys) {
    if (keys.empty()) return;
    if (one_by_one_) return singly(keys);
    std::string body = "<Delete><Quiet>true</Quiet>";
    for (const std::string& key : keys) {
      body += "<Object><Key>" + xml_escape(key) + "</Key></Object>";
    }
    body += "</Delete>";
    try {
      collect(client_.call(
          {.method = "POST",
           .bucket = bucket_,
           .query = {{"delete", ""}},
           .headers = {{"content-md5", digest::base64(digest::md5(base::as_bytes(body)))},
                       {"content-type", "application/xml"}},
           .body = base::as_bytes(body)}));
    } catch (const ServerError& error) {
      // A server without this call, or one (Ceph's) that asks for more rights for it.
      const int status = error.http_status();
      if (status != 501 && status != 405 && status != 403) throw;
      one_by_one_ = true;
      singly(keys);
    }
  }

  void singly(std::span<const std::string> keys) {
    for (const std::string& key : keys) {
      try {
        client_.call({.method = "DELETE", .bucket = bucket_, .key = key});
      } catch (const ServerError& error) {
        if (error.code() != "NoSuchKey") failures_.push_back({key, error});
      }
    }
  }

  [[nodiscard]] std::vector<NotDeleted> failures() && { return std::move(failures_); }

 private:
  void collect(const http::Response& response) {
    for (DeleteFailure& failure : parse_delete_failures(response.body)) {
      if (failure.error.code == "NoSuchKey") continue;
      ServerError error = server_error(display_url(bucket_, failure.key), client_.endpoint_url(),
                                       response.status, failure.error);
      failures_.push_back({std::move(failure.key), std::move(error)});
    }
  }

  Client& client_;
  const std::string& bucket_;
  bool one_by_one_ = false;
  std::vector<NotDeleted> failures_;
};

}  // namespace

std::vector<NotDeleted> delete_objects(Client& client, const std::string& bucket,
                                       std::span<const std::string> keys) {
  Deletion deletion(client, bucket);
  std::vector<std::string> ordinary;
  for (const std::string& key : keys) {
    if (!fits_xml(key)) {
      deletion.singly({&key, 1});
      continue;
    }
    ordinary.push_back(key);
    if (ordinary.size() < kKeysPerRequest) continue;
    deletion.together(ordinary);
    ordinary.clear();
  }
  deletion.together(ordinary);
  return std::move(deletion).failures();
}

bool keeps_versions(Client& client, const std::string& bucket) {
  try {
    const http::Response response =
        client.call({.method = "GET", .bucket = bucket, .query = {{"versioning", ""}}});
    return parse_versioning(response.body);
  } catch (const ServerError&) {
    return false;
  }
}

}  // namespace sluice::s3
