#include "s3/upload.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "s3/customer_key.hpp"
#include "s3/error.hpp"
#include "s3/etag.hpp"
#include "s3/object_options.hpp"

namespace sluice::s3 {

using base::Error;
using base::Exit;

namespace {

constexpr std::chrono::seconds kAbortTime{20};
constexpr std::chrono::seconds kClockGrain{1};
constexpr unsigned kMostConnections = 8;
constexpr unsigned kMostErrorsInside200 = 3;

}  // namespace

Upload::Upload(Client& client, std::string bucket, std::string key, UploadOptions options)
    : client_(client),
      bucket_(std::move(bucket)),
      key_(std::move(key)),
      options_(std::move(options)),
      plan_(suited_to(client.endpoint_url(), options_.parts)),
      filling_(buffers_.take(plan_.size_of(1))),
      sender_(client, options_.checksum, asks_for_lock(options_.headers)) {}

Upload::~Upload() {
  cancel_.request();
  parts_.reset();
  if (!id_.empty()) abort();
}

Call Upload::call(std::string method) const {
  return {.method = std::move(method), .bucket = bucket_, .key = key_, .cancel = &cancel_};
}

void Upload::write(base::Bytes bytes) {
  while (!bytes.empty()) {
    if (filling_.space().empty()) push_part();
    const base::Bytes some = bytes.first(std::min(bytes.size(), filling_.space().size()));
    filling_.append(some);
    size_ += some.size();
    bytes = bytes.subspan(some.size());
  }
}

void Upload::push_part() {
  if (id_.empty()) begin_multipart();
  const std::uint64_t next_size = plan_.size_of(next_number_ + 1);
  const std::size_t cost = filling_.capacity();
  parts_->push({next_number_, std::move(filling_)}, cost);
  ++next_number_;
  if (next_size == 0) {
    throw Error(
        Exit::unavailable,
        display_url(bucket_, key_) + ": no more parts are allowed after " + base::human_size(size_),
        "say --expect-size, or a larger --part-size");
  }
  // The smaller parts leave first: with them, the larger one would exceed the memory.
  if (next_size > cost) parts_->drain();
  filling_ = buffers_.take(next_size);
}

void Upload::begin_multipart() {
  Call begin = call("POST");
  begin.query = {{"uploads", ""}};
  begin.headers = options_.headers;
  for (auto& header : checksum_announcement(options_.checksum)) begin.headers.push_back(header);
  begin.with_customer_key = true;
  begin.answer_matters = true;
  unsigned unheard = 0;
  begin.unheard = &unheard;
  const auto start = std::chrono::steady_clock::now();
  id_ = parse_upload_id(client_.call(begin).body);
  if (unheard > 0) abort_twins(std::chrono::steady_clock::now() - start);
  const std::size_t first = filling_.capacity();
  // One more part is being filled while these are on their way.
  const std::size_t budget = std::max(client_.settings().memory, 2 * first) - first;
  const auto connections =
      static_cast<unsigned>(std::clamp<std::size_t>(budget / first, 1, kMostConnections));
  parts_ = std::make_unique<Parts>(
      connections, budget,
      [this] { return [this](Part&& part) { return send_part(std::move(part)); }; },
      [this](SentContent&& part) { sent_.push_back(std::move(part)); });
}

// A try whose answer was lost may have begun an upload of its own, which nobody would end: it is
// for the same key, and was begun while we tried.
void Upload::abort_twins(std::chrono::steady_clock::duration while_trying) {
  std::vector<UploadInfo> uploads;
  try {
    list_uploads(client_, bucket_, key_, [&](UploadInfo&& upload) {
      if (upload.key == key_) uploads.push_back(std::move(upload));
    });
    const auto ours = std::find_if(uploads.begin(), uploads.end(),
                                   [&](const UploadInfo& upload) { return upload.id == id_; });
    if (ours == uploads.end()) return;
    const auto earliest =
        ours->started - std::chrono::ceil<std::chrono::seconds>(while_trying) - kClockGrain;
    for (const UploadInfo& upload : uploads) {
      if (upload.id == id_ || upload.started < earliest || upload.started > ours->started) continue;
      // One with parts is another writer's.
      const auto deadline = std::chrono::steady_clock::now() + kAbortTime;
      if (has_parts(client_, bucket_, key_, upload.id, deadline)) continue;
      abort_upload(client_, bucket_, key_, upload.id, deadline);
    }
  } catch (const Error&) {
    // Without the right to list, what may be left is for s3prune --incomplete.
  }
}

SentContent Upload::send_part(Part&& part) {
  Call put = call("PUT");
  put.query = {{"partNumber", std::to_string(part.number)}, {"uploadId", id_}};
  put.body = part.data.bytes();
  SentContent sent = sender_.prepare(put);
  sender_.accept(put, sender_.send(put), sent);
  if (sent.etag.empty()) {
    throw Error(Exit::protocol, display_url(bucket_, key_) + ": a part was taken without an ETag",
                "is the endpoint an S3 server?");
  }
  buffers_.give_back(std::move(part.data));
  return sent;
}

void Upload::finish() {
  if (id_.empty()) {
    put_whole();
  } else {
    if (!filling_.empty()) {
      const std::size_t cost = filling_.capacity();
      parts_->push({next_number_, std::move(filling_)}, cost);
    }
    parts_->drain();
    buffers_.clear();  // what names ten thousand parts takes its memory instead
    complete();
    id_.clear();
  }
  warn_of_checksum();
  ensure_options(client_, bucket_, key_, result_.version, options_.headers);
  describe_result();
}

void Upload::put_whole() {
  const std::string expected = etag_of(filling_.bytes());
  Call put = call("PUT");
  put.headers = options_.headers;
  put.body = filling_.bytes();
  sent_.push_back(sender_.prepare(put));
  if (options_.if_exists == io::IfExists::refuse) put.headers.emplace_back("if-none-match", "*");
  try {
    send_whole(put, expected);
  } catch (const ServerError& error) {
    const bool refuse = options_.if_exists == io::IfExists::refuse;
    if (refuse && error.http_status() == 412) return accept_existing(expected);
    if (refuse && error.http_status() == 501) return put_after_looking(put, expected);
    if (!http::is_transient(error.http_status()) || !is_stored(expected)) throw;
  } catch (const http::TransportError& error) {
    if (error.kind() != http::TransportError::Kind::broken || !is_stored(expected)) throw;
  }
}

void Upload::put_after_looking(Call put, const std::string& expected) {
  client_.settings().warn(display_url(bucket_, key_) +
                          ": the server knows no conditional writes; looked before instead");
  if (head_object(client_, bucket_, key_)) return accept_existing(expected);
  put.headers.pop_back();
  send_whole(put, expected);
}

void Upload::send_whole(const Call& put, const std::string& expected) {
  const http::Response response = sender_.send(put);
  result_.etag = without_quotes(response.header("etag").value_or(""));
  result_.version = response.header("x-amz-version-id").value_or("");
  try {
    sender_.accept(put, response, sent_.back());
    require_etag(response, expected);
  } catch (const Error&) {
    take_back();
    throw;
  }
}

void Upload::require_etag(const http::Response& response, const std::string& expected) const {
  // Encrypted with a key of its own, an object has an ETag that nobody can foretell.
  const bool foretold =
      response.header("x-amz-server-side-encryption").value_or("AES256") == "AES256" &&
      !response.header(kCustomerKeyAlgorithm);
  const std::string& etag = result_.etag;
  if (etag.empty() || (foretold && is_md5(etag) && etag != expected)) {
    throw Error(Exit::protocol,
                display_url(bucket_, key_) + ": the server took " +
                    (etag.empty() ? "it without an ETag" : "something else than was sent"),
                "is the endpoint an S3 server?");
  }
}

// What the server made of it shall not be found in its place; what another has put there since is
// not ours.
void Upload::take_back() noexcept {
  const io::IgnoreInterrupt until_it_is_gone;
  const auto is_there = [&] {
    const auto state = head_object(client_, bucket_, key_);
    return state && state->etag == result_.etag;
  };
  try {
    Call remove = call("DELETE");
    remove.deadline = std::chrono::steady_clock::now() + kAbortTime;
    if (!result_.version.empty()) remove.query = {{"versionId", result_.version}};
    if (!is_there()) return;
    client_.call(std::move(remove));
    if (!is_there()) return;
    client_.settings().warn(display_url(bucket_, key_) + ": what the server took is still there");
  } catch (const std::exception& error) {
    client_.settings().warn(std::string(error.what()) + "; what the server took is still there");
  }
}

// Whether the object is there as it was meant: the answer where none was heard.
bool Upload::is_stored(const std::string& expected) {
  const auto state = head_object(client_, bucket_, key_);
  const bool with_key = !client_.settings().customer_key.empty();
  if (!state || state->size != size_ || expected.empty() || state->etag != expected ||
      state->has_customer_key != with_key)
    return false;
  result_.etag = state->etag;
  result_.version = state->version;
  return true;
}

// The key is taken. The same content is what was wanted, perhaps by an earlier try of ours whose
// answer was lost; anything else is not ours to replace.
void Upload::accept_existing(const std::string& expected) {
  if (!is_stored(expected)) {
    throw Error(Exit::cannot_create,
                display_url(bucket_, key_) + ": exists already, with another content",
                "--overwrite replaces it");
  }
  result_.existed = true;
}

void Upload::complete() {
  const bool with_checksums = std::any_of(
      sent_.begin(), sent_.end(), [](const SentContent& part) { return part.checksum_kept; });
  std::vector<CompletedPart> parts;
  for (const SentContent& part : sent_) {
    parts.push_back({part.etag, with_checksums ? part.checksum : ""});
  }
  const std::string expected = etag_of_parts(parts);
  const bool refuse = options_.if_exists == io::IfExists::refuse;
  // Not every server knows conditions on Complete, so the key is looked at before as well.
  if (refuse && head_object(client_, bucket_, key_)) {
    accept_existing(expected);
    abort();
    return;
  }
  const std::string body = complete_body(parts, options_.checksum);
  Call end = call("POST");
  end.query = {{"uploadId", id_}};
  end.headers = checksum_type(options_.checksum);
  end.headers.emplace_back("content-type", "application/xml");
  if (refuse) end.headers.emplace_back("if-none-match", "*");
  end.body = base::as_bytes(body);
  end.answer_matters = true;
  end.unheard = &unheard_completes_;
  try {
    send_complete(end, expected);
  } catch (const ServerError& error) {
    if (error.http_status() < 500) unheard_completes_ = 0;  // it has done with all of them
    if (refuse && error.http_status() == 412) {
      accept_existing(expected);
      abort();
    } else if (!settle(expected)) {
      throw;
    }
  } catch (const Error&) {
    if (!settle(expected)) throw;
  }
}

void Upload::send_complete(const Call& end, const std::string& expected) {
  http::Retry retry({.retries = kMostErrorsInside200}, http::kNoDeadline);
  for (;;) {
    const http::Response response = client_.call(end);
    const CompleteAnswer answer = parse_complete(response.body);
    if (answer.error.code.empty()) {
      result_.etag = answer.etag.empty() ? expected : answer.etag;
      result_.version = response.header("x-amz-version-id").value_or("");
      return;
    }
    const ServerError error = server_error(display_url(bucket_, key_), client_.endpoint_url(),
                                           response.status, answer.error);
    if (!retry.again({}, &cancel_)) {
      throw Error(Exit::protocol, std::string(error.what()) + ", inside an answer of success");
    }
  }
}

// No success was heard. The object itself tells, once the upload can no longer become one, or as
// long as it may.
bool Upload::settle(const std::string& expected) {
  if (is_stored(expected)) return true;
  abort();
  return is_stored(expected);
}

void Upload::warn_of_checksum() const {
  if (options_.checksum == Checksum::none) return;
  const bool kept = std::all_of(sent_.begin(), sent_.end(),
                                [](const SentContent& part) { return part.checksum_kept; });
  if (kept && !result_.existed) return;
  client_.settings().warn(display_url(bucket_, key_) +
                          ": the server does not say that it keeps a checksum of that kind");
}

void Upload::describe_result() {
  std::string hashes;
  for (const SentContent& part : sent_) {
    hashes += base::as_text(part.hash);
    result_.part_sizes.push_back(part.size);
  }
  result_.size = size_;
  result_.digest = digest::hex(digest::sha256(base::as_bytes(hashes)));
}

// A server may still be at a Complete of which nothing was heard. Some (Ceph's) would take the
// parts from under the object that it makes.
void Upload::abort() noexcept {
  if (unheard_completes_ > 0) {
    client_.settings().warn(display_url(bucket_, key_) +
                            ": whether it became an object is not known, so its parts are left; "
                            "s3prune --incomplete removes them if it did not");
    id_.clear();
    return;
  }
  const io::IgnoreInterrupt until_it_is_clean;
  try {
    abort_upload(client_, bucket_, key_, id_, std::chrono::steady_clock::now() + kAbortTime);
  } catch (const std::exception& error) {
    client_.settings().warn(std::string(error.what()) + "; an unfinished upload may be left there");
  }
  id_.clear();
}

}  // namespace sluice::s3
