#pragma once
// One S3 server, spoken to with one identity: signs calls, sends them, tries again what is worth
// it, follows the server to the right region, and turns refusals into errors. Any thread.

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "http/pool.hpp"
#include "http/retry.hpp"
#include "s3/answer.hpp"
#include "s3/credentials.hpp"
#include "s3/endpoint.hpp"
#include "s3/gate.hpp"
#include "s3/sigv4.hpp"

namespace sluice::s3 {

using Warn = std::function<void(std::string_view)>;

/// What a user may say about the server; the environment and the profile files fill the gaps.
struct Settings {
  std::optional<std::string> endpoint = {};
  std::optional<std::string> region = {};
  std::optional<std::string> profile = {};
  std::optional<std::string> ca_bundle = {};
  PlainHttp plain_http = PlainHttp::private_hosts;
  std::optional<std::chrono::seconds> timeout = {};  ///< of everything together
  unsigned retries = 8;                              ///< of one request
  std::uint64_t limit_rate = 0;                      ///< bytes a second, 0: none
  std::size_t memory = 64 << 20;                     ///< bytes for all buffers
  http::Headers customer_key = {};                   ///< s3/customer_key.hpp, or none
  Warn warn = [](std::string_view) {};
};

/// One API call.
struct Call {
  std::string method;
  std::string bucket;
  std::string key = {};
  Query query = {};
  http::Headers headers = {};
  base::Bytes body = {};
  std::string payload_hash = {};  ///< hexadecimal SHA-256 of the body, if it is known already
  std::function<void(const http::Response& head, base::Bytes piece)> on_body = {};
  /// Changes the headers before every try: a broken download goes on where it broke.
  std::function<void(http::Headers&)> before_try = {};
  const http::Cancel* cancel = nullptr;
  /// About contents: carries the customer's key.
  bool with_customer_key = false;
  /// A signal waits for the answer: what the call makes must be known to be taken back.
  bool answer_matters = false;
  /// Counts the tries that the server may have carried out, or be at, without our hearing of it.
  unsigned* unheard = nullptr;
  /// In place of the client's own.
  std::optional<http::Deadline> deadline = {};
};

class Client {
 public:
  /// Throws: base::Error (config).
  explicit Client(const Settings& settings);

  /// Returns 2xx only. Throws: ServerError, http::TransportError, io::Interrupted,
  /// http::Cancelled.
  http::Response call(Call call);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] std::string endpoint_url() const;

 private:
  /// What the server may teach us on the way.
  struct Route {
    Endpoint endpoint;
    std::string region;
    std::chrono::seconds clock_ahead{0};  ///< of the server, relative to us
  };

  http::Response send_once(Call& call, const Route& route, Credentials& credentials);
  /// True when the refusal taught us something that makes another try worth while.
  bool learn(const http::Response& response, const ErrorAnswer& answer, const Route& used,
             const Credentials& credentials, const std::string& bucket);
  bool follow(const http::Response& response, const ErrorAnswer& answer, const Route& used,
              const std::string& bucket);
  [[nodiscard]] Route route() const;

  Settings settings_;
  http::Deadline deadline_;
  std::unique_ptr<CredentialSource> credentials_;
  std::unique_ptr<http::Pool> pool_;
  Gate gate_;
  mutable std::mutex mutex_;
  Route route_;
  std::atomic<bool> reached_{false};
};

/// "s3://bucket/key", printable.
[[nodiscard]] std::string display_url(const std::string& bucket, const std::string& key);

}  // namespace sluice::s3
