#pragma once
// A connection over libcurl: sends one request (or mail) at a time and is kept open between them.
//
// One thread at a time uses a Connection; a Pool (http/pool.hpp) hands them out to any. A wait ends
// early when a signal was recorded (io::Interrupted), or when another thread cancels (Cancelled).

#include <chrono>
#include <memory>
#include <string>

#include "http/cancel.hpp"
#include "http/message.hpp"
#include "http/throttle.hpp"

namespace sluice::http {

/// What bounds every request of a connection.
struct Limits {
  std::chrono::seconds connect{10};
  /// A transfer that moves less than a byte a second for so long is broken.
  std::chrono::seconds stall{60};
  /// Shared by all connections, both ways; null: none.
  std::shared_ptr<Throttle> throttle = {};
  /// Collected response bodies beyond it are an error.
  std::size_t body = 16 << 20;
  /// PEM file in place of the system's certificates; "": the system's.
  std::string ca_bundle = {};
  /// Goes through the proxies that libcurl finds in the environment.
  enum class Proxy { environment, none } proxy = Proxy::environment;
};

class Connection {
 public:
  explicit Connection(const Limits& limits);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Any status is a response. Throws: TransportError, io::Interrupted, Cancelled, and what
  /// on_body throws.
  Response send(const Request& request, Deadline deadline, const Cancel* cancel = nullptr);

  /// Returns when the server has taken the mail. Throws: TransportError, io::Interrupted.
  void send(const Mail& mail, Deadline deadline);

 private:
  struct Handles;
  struct Transfer;
  void prepare(Transfer& transfer);
  void upload(Transfer& transfer);
  void perform(Transfer& transfer, Deadline deadline);

  Limits limits_;
  std::unique_ptr<Handles> handles_;
};

}  // namespace sluice::http
