#include "s3/download.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/text.hpp"
#include "s3/buffer_pool.hpp"
#include "s3/error.hpp"
#include "stream/ordered_map.hpp"

namespace sluice::s3 {

using base::Error;
using base::Exit;

namespace {

constexpr std::size_t kRange = 8 << 20;
constexpr unsigned kConnections = 4;
constexpr unsigned kRangesWaiting = 2;  // for a reader that pauses

struct Range {
  std::uint64_t begin;
  std::size_t size;
};

class Fetcher {
 public:
  Fetcher(Client& client, std::string bucket, std::string key, const ObjectState& state)
      : client_(client), bucket_(std::move(bucket)), key_(std::move(key)), state_(state) {}

  base::Buffer fetch(const Range& range) {
    base::Buffer buffer = buffers_.take(range.size);
    while (buffer.size() < range.size) {
      const std::size_t before = buffer.size();
      fetch_rest(range, buffer);
      if (buffer.size() == before) throw broken("a range came without bytes");
    }
    return buffer;
  }

  void give_back(base::Buffer buffer) { buffers_.give_back(std::move(buffer)); }
  void cancel() { cancel_.request(); }

 private:
  [[nodiscard]] Error broken(const std::string& reason) const {
    return {Exit::protocol, display_url(bucket_, key_) + ": " + reason,
            "is the endpoint an S3 server?"};
  }

  [[nodiscard]] Error replaced() const {
    return {Exit::temporary,
            display_url(bucket_, key_) + ": the object was replaced while it was read",
            "run again"};
  }

  void fetch_rest(const Range& range, base::Buffer& buffer) {
    Call get{.method = "GET",
             .bucket = bucket_,
             .key = key_,
             .cancel = &cancel_,
             .with_customer_key = true};
    if (!state_.version.empty()) get.query.emplace_back("versionId", state_.version);
    std::uint64_t begin = 0;
    bool judged = false;
    get.before_try = [&](http::Headers& headers) {
      judged = false;
      begin = range.begin + buffer.size();
      headers = {{"if-match", "\"" + state_.etag + "\""},
                 {"range", "bytes=" + std::to_string(begin) + "-" +
                               std::to_string(range.begin + range.size - 1)}};
    };
    get.on_body = [&](const http::Response& head, base::Bytes bytes) {
      if (!judged) require_range(head, begin, range);
      judged = true;
      if (bytes.size() > range.size - buffer.size()) throw broken("more bytes came than asked for");
      buffer.append(bytes);
    };
    try {
      client_.call(get);
    } catch (const ServerError& error) {
      if (error.http_status() != 412 && error.http_status() != 404) throw;
      throw replaced();
    }
  }

  // A server may answer with everything where everything was asked for, else with that range of an
  // object of that size, which "Content-Range: bytes BEGIN-END/SIZE" tells (RFC 9110 §14.4).
  void require_range(const http::Response& response, std::uint64_t begin,
                     const Range& range) const {
    const std::string etag = without_quotes(response.header("etag").value_or(""));
    if (!etag.empty() && etag != state_.etag) throw replaced();
    if (response.status != 206) {
      if (begin == 0 && range.size == state_.size) return;
      throw broken("the server ignores ranges");
    }
    const std::string told = response.header("content-range").value_or("");
    const std::string wanted = "bytes " + std::to_string(begin) + "-";
    if (!told.starts_with(wanted) || !told.ends_with("/" + std::to_string(state_.size))) {
      throw broken("another range came than was asked for: " + base::printable(told));
    }
  }

  Client& client_;
  std::string bucket_;
  std::string key_;
  const ObjectState& state_;
  BufferPool buffers_;
  http::Cancel cancel_;
};

}  // namespace

void download(Client& client, const std::string& bucket, const std::string& key,
              const ObjectState& state, stream::Sink& sink) {
  Fetcher fetcher(client, bucket, key, state);
  const std::size_t memory = client.settings().memory;
  const std::size_t range_size =
      std::clamp<std::size_t>(memory / (kConnections + kRangesWaiting), 1 << 20, kRange);
  stream::OrderedMap<Range, base::Buffer> ranges(
      kConnections, (kConnections + kRangesWaiting) * range_size,
      [&] { return [&](Range&& range) { return fetcher.fetch(range); }; },
      [&](base::Buffer&& buffer) {
        sink.write(buffer.bytes());
        fetcher.give_back(std::move(buffer));
      });
  // On every way out the map waits for its workers: they must not go on for long.
  const auto stop = [&](void*) { fetcher.cancel(); };
  const std::unique_ptr<Fetcher, decltype(stop)> stopped_at_the_end(&fetcher, stop);
  for (std::uint64_t begin = 0; begin < state.size; begin += range_size) {
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(range_size, state.size - begin));
    ranges.push({begin, size}, size);
  }
  ranges.drain();
}

}  // namespace sluice::s3
