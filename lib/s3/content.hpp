#pragma once
// Content on its way to a server, as a whole object or as a part of one: what it is sent with so
// that the server can verify it, and whether the answer says that it did. Any thread.

#include <atomic>
#include <cstdint>
#include <string>

#include "digest/hash.hpp"
#include "s3/checksum.hpp"
#include "s3/client.hpp"

namespace sluice::s3 {

struct SentContent {
  digest::Sha256 hash;
  std::uint64_t size;          ///< bytes
  std::string checksum;        ///< base64; "" where none is sent
  bool checksum_kept = false;  ///< as the server says
  std::string etag = {};       ///< without quotes; "" where the server told none
};

class ContentSender {
 public:
  /// `with_md5`: Content-MD5 goes along from the beginning; else once the server asks for it.
  ContentSender(Client& client, Checksum checksum, bool with_md5)
      : client_(client), checksum_(checksum), with_md5_(with_md5) {}

  /// Gives `put`, whose body is the content, what it is verified by.
  [[nodiscard]] SentContent prepare(Call& put) const;
  /// Throws: as Client::call.
  [[nodiscard]] http::Response send(const Call& put);
  /// Completes `sent` by what the answer to `put` says. Throws: base::Error where it took the
  /// content without encrypting it by the customer's key, or keeps the checksum of another.
  void accept(const Call& put, const http::Response& response, SentContent& sent) const;

 private:
  Client& client_;
  Checksum checksum_;
  std::atomic<bool> with_md5_;
};

}  // namespace sluice::s3
