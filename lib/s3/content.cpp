#include "s3/content.hpp"

#include <utility>

#include "s3/customer_key.hpp"
#include "s3/error.hpp"
#include "s3/etag.hpp"

namespace sluice::s3 {

using base::Error;
using base::Exit;

SentContent ContentSender::prepare(Call& put) const {
  SentContent sent{.hash = digest::sha256(put.body),
                   .size = put.body.size(),
                   .checksum = checksum_value(checksum_, put.body)};
  put.payload_hash = digest::hex(sent.hash);
  put.with_customer_key = true;
  if (!sent.checksum.empty()) {
    put.headers.emplace_back(names_of(checksum_).header, sent.checksum);
  }
  return sent;
}

// Under object lock a server wants Content-MD5 as well (Amazon S3 API Reference, PutObject); a
// bucket may lock by default, which only its refusal tells.
http::Response ContentSender::send(const Call& put) {
  const auto with_md5 = [&] {
    Call again = put;
    again.headers.emplace_back("content-md5", digest::base64(digest::md5(put.body)));
    return client_.call(again);
  };
  if (with_md5_) return with_md5();
  try {
    return client_.call(put);
  } catch (const ServerError& error) {
    if (error.http_status() != 400 ||
        std::string_view(error.what()).find("Content-MD5") == std::string_view::npos)
      throw;
    with_md5_ = true;
  }
  return with_md5();
}

// A server that knows the customer's key says so (Amazon S3 API Reference, PutObject, UploadPart),
// and so does one that keeps the checksum.
void ContentSender::accept(const Call& put, const http::Response& response,
                           SentContent& sent) const {
  sent.etag = without_quotes(response.header("etag").value_or(""));
  const bool with_key = !client_.settings().customer_key.empty();
  if (with_key && response.header(kCustomerKeyAlgorithm).value_or("").empty()) {
    throw Error(
        Exit::unavailable,
        display_url(put.bucket, put.key) + ": the server took it without encrypting it by that key",
        "it does not know --sse-c-key");
  }
  if (sent.checksum.empty()) return;
  const auto kept = response.header(std::string(names_of(checksum_).header));
  if (kept && kept != sent.checksum) {
    throw Error(Exit::protocol, display_url(put.bucket, put.key) +
                                    ": the server keeps the checksum " + *kept + " of what has " +
                                    sent.checksum);
  }
  sent.checksum_kept = kept.has_value();
}

}  // namespace sluice::s3
