#pragma once
// A stream of unknown length that becomes one object, or nothing.
//
// Up to one part it is a single PUT; beyond, a multipart upload whose parts are hashed and sent in
// parallel. Nothing is visible before finish(). Without it, or when it fails, the destructor
// aborts the upload, with a deadline of its own. While an Upload lives, signals unwind.
// One thread writes; the Client must outlive it.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "digest/hash.hpp"
#include "http/cancel.hpp"
#include "io/atomic_file.hpp"
#include "io/interrupt.hpp"
#include "s3/buffer_pool.hpp"
#include "s3/checksum.hpp"
#include "s3/client.hpp"
#include "s3/content.hpp"
#include "s3/object.hpp"
#include "s3/part_plan.hpp"
#include "stream/ordered_map.hpp"
#include "stream/sink.hpp"

namespace sluice::s3 {

struct UploadOptions {
  io::IfExists if_exists = io::IfExists::replace;
  PartRules parts = {};
  http::Headers headers = {};  ///< of the object: content type, metadata, …
  Checksum checksum = Checksum::none;
};

/// What became durable.
struct Uploaded {
  std::uint64_t size = 0;
  std::string etag = {};
  std::string version = {};
  std::vector<std::uint64_t> part_sizes = {};
  /// Hexadecimal SHA-256 over the SHA-256 values of the parts, in order.
  std::string digest = {};
  /// It was there before, with the same content (IfExists::refuse).
  bool existed = false;
};

class Upload : public stream::Sink {
 public:
  Upload(Client& client, std::string bucket, std::string key, UploadOptions options);
  ~Upload() override;

  void write(base::Bytes bytes) override;
  /// Throws: base::Error; cannot_create where IfExists::refuse finds another content.
  void finish() override;

  /// After finish().
  [[nodiscard]] const Uploaded& result() const { return result_; }

 private:
  struct Part {
    std::uint64_t number;
    base::Buffer data;
  };
  using Parts = stream::OrderedMap<Part, SentContent>;

  void push_part();
  void begin_multipart();
  void abort_twins(std::chrono::steady_clock::duration while_trying);
  SentContent send_part(Part&& part);
  void require_etag(const http::Response& response, const std::string& expected) const;
  void put_whole();
  void put_after_looking(Call put, const std::string& expected_etag);
  void send_whole(const Call& put, const std::string& expected_etag);
  void complete();
  void send_complete(const Call& end, const std::string& expected_etag);
  bool settle(const std::string& expected_etag);
  bool is_stored(const std::string& expected_etag);
  void warn_of_checksum() const;
  void describe_result();
  [[nodiscard]] Call call(std::string method) const;
  void accept_existing(const std::string& expected_etag);
  void take_back() noexcept;
  void abort() noexcept;

  io::UnwindOnSignal unwind_on_signal_;
  Client& client_;
  std::string bucket_;
  std::string key_;
  UploadOptions options_;
  PartPlan plan_;
  BufferPool buffers_;
  base::Buffer filling_;
  ContentSender sender_;
  std::uint64_t next_number_ = 1;
  std::uint64_t size_ = 0;
  unsigned unheard_completes_ = 0;
  std::string id_;  ///< of the multipart upload; "" before it is begun and after it has ended
  std::vector<SentContent> sent_;
  Uploaded result_;
  http::Cancel cancel_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::s3
