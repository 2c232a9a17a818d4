#include "s3/download.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "s3/buffer_pool.hpp"
#include "s3/error.hpp"
#include "stream/ordered_map.hpp"

namespace sluice::s3 {

using base::Error;
using base::Exit;

namespace {

constexpr std::size_t kRange = 8 << 20;
constexpr unsigned kConnections = 4;

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

  void fetch_rest(const Range& range, base::Buffer& buffer) {
    Call get{.method = "GET", .bucket = bucket_, .key = key_, .cancel = &cancel_};
    if (!state_.version.empty() && state_.version != "null") {
      get.query.emplace_back("versionId", state_.version);
    }
    get.before_try = [&](http::Headers& headers) {
      headers = {{"if-match", "\"" + state_.etag + "\""},
                 {"range", "bytes=" + std::to_string(range.begin + buffer.size()) + "-" +
                               std::to_string(range.begin + range.size - 1)}};
    };
    get.on_body = [&](base::Bytes bytes) {
      if (bytes.size() > range.size - buffer.size()) throw broken("more bytes came than asked for");
      buffer.append(bytes);
    };
    try {
      const std::size_t before = buffer.size();
      const http::Response response = client_.call(get);
      const bool everything = before == 0 && range.begin == 0 && range.size == state_.size;
      if (response.status != 206 && !everything) throw broken("the server ignores ranges");
    } catch (const ServerError& error) {
      if (error.http_status() != 412 && error.http_status() != 404) throw;
      throw Error(Exit::temporary,
                  display_url(bucket_, key_) + ": the object was replaced while it was read",
                  "run again");
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
      std::clamp<std::size_t>(memory / (kConnections + 1), 1 << 20, kRange);
  stream::OrderedMap<Range, base::Buffer> ranges(
      kConnections, std::max(memory, range_size),
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
