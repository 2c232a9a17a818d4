#include "s3/probe.hpp"

#include <cstdlib>
#include <memory>
#include <utility>

#include "s3/delete.hpp"
#include "s3/error.hpp"
#include "s3/etag.hpp"
#include "s3/object.hpp"
#include "s3/part_plan.hpp"

namespace sluice::s3 {

namespace {

constexpr char kContent[] = "sluice probe";
constexpr std::chrono::seconds kAbortTime{20};
constexpr std::int64_t kClockTolerance = 60;  // of the 15 minutes that AWS allows

class Probe {
 public:
  Probe(Client& client, const std::string& bucket, const std::string& key)
      : client_(client), bucket_(bucket), key_(key) {}

  Finding clock() {
    const http::Response response = client_.call(
        {.method = "GET", .bucket = bucket_, .query = {{"list-type", "2"}, {"max-keys", "1"}}});
    const auto date = http::parse_date(response.header("date").value_or(""));
    if (!date) return {"clock", "the server does not tell its time"};
    const std::int64_t ahead = (base::now() - *date).count();
    const std::string found = std::to_string(ahead) + " s ahead of the server's";
    return {"clock", std::abs(ahead) <= kClockTolerance ? found : found + ": set it"};
  }

  Finding list() {
    bool seen = false;
    list_objects(client_, bucket_, key_, [&](ObjectInfo&& object) { seen |= object.key == key_; });
    return {"list v2", seen ? "yes" : "yes, but a new object is not seen at once"};
  }

  Finding put() {
    client_.call(whole());
    return {"upload", "yes"};
  }

  Finding checksum() {
    Call call = whole();
    call.payload_hash = std::string(64, '0');
    return {"checksum", refuses(std::move(call)) ? "every request is verified by its SHA-256"
                                                 : "not verified by the server"};
  }

  Finding conditional_put() {
    Call call = whole();
    call.headers = {{"if-none-match", "*"}};
    return {"conditional PUT", refuses(std::move(call)) ? "yes: --if-absent is safe against a race"
                                                        : "no: --if-absent looks before it writes"};
  }

  Finding conditional_complete() {
    const std::string id = begin();
    Call call = complete(id, {send_part(id, 1, kSmallestPart)});
    call.headers.emplace_back("if-none-match", "*");
    const bool refused = refuses(std::move(call));
    abort_upload(client_, bucket_, key_, id, soon());
    return {"conditional Complete", refused ? "yes" : "no: --if-absent looks before it completes"};
  }

  // Cloudflare R2 wants all parts but the last to be of one size.
  Finding unequal_parts() {
    const std::string id = begin();
    const Call call = complete(id, {send_part(id, 1, kSmallestPart),
                                    send_part(id, 2, kSmallestPart + 1), send_part(id, 3, 1)});
    if (!refuses(call)) return {"unequal parts", "yes"};
    abort_upload(client_, bucket_, key_, id, soon());
    return {"unequal parts", "no", "--part-size=16M"};
  }

  Finding abort() {
    const std::string id = begin();
    send_part(id, 1, 1);
    abort_upload(client_, bucket_, key_, id, soon());
    bool left = false;
    list_uploads(client_, bucket_, key_, [&](UploadInfo&& upload) { left |= upload.id == id; });
    return {"abort", left ? "no: unfinished uploads stay" : "yes"};
  }

  void clean() {
    const std::vector<NotDeleted> left = delete_objects(client_, bucket_, {&key_, 1});
    if (!left.empty()) throw left.front().error;
  }

 private:
  static http::Deadline soon() { return std::chrono::steady_clock::now() + kAbortTime; }

  [[nodiscard]] Call whole() const {
    return {.method = "PUT",
            .bucket = bucket_,
            .key = key_,
            .body = base::as_bytes(std::string_view(kContent))};
  }

  std::string begin() {
    return parse_upload_id(
        client_.call({.method = "POST", .bucket = bucket_, .key = key_, .query = {{"uploads", ""}}})
            .body);
  }

  CompletedPart send_part(const std::string& id, unsigned number, std::size_t size) {
    const std::string zeros(size, '\0');
    const http::Response response =
        client_.call({.method = "PUT",
                      .bucket = bucket_,
                      .key = key_,
                      .query = {{"partNumber", std::to_string(number)}, {"uploadId", id}},
                      .body = base::as_bytes(zeros)});
    return {without_quotes(response.header("etag").value_or(""))};
  }

  Call complete(const std::string& id, const std::vector<CompletedPart>& parts) {
    body_ = complete_body(parts);
    return {.method = "POST",
            .bucket = bucket_,
            .key = key_,
            .query = {{"uploadId", id}},
            .headers = {{"content-type", "application/xml"}},
            .body = base::as_bytes(body_)};
  }

  // A success may hold an error.
  bool refuses(Call call) {
    try {
      return !parse_error(client_.call(std::move(call)).body).code.empty();
    } catch (const ServerError& error) {
      if (error.status() == base::Exit::permission && error.code() == "AccessDenied") throw;
      return error.code() != "NotImplemented";  // which says nothing about the contents
    }
  }

  Client& client_;
  const std::string& bucket_;
  const std::string& key_;
  std::string body_;
};

}  // namespace

std::vector<Finding> probe(Client& client, const std::string& bucket, const std::string& key) {
  Probe probe(client, bucket, key);
  std::vector<Finding> findings{probe.clock(), probe.put()};
  try {
    for (auto ability : {&Probe::list, &Probe::checksum, &Probe::conditional_put,
                         &Probe::conditional_complete, &Probe::unequal_parts, &Probe::abort}) {
      findings.push_back((probe.*ability)());
    }
  } catch (...) {
    probe.clean();
    throw;
  }
  probe.clean();
  return findings;
}

}  // namespace sluice::s3
