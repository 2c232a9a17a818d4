#include "http/pool.hpp"

namespace sluice::http {

Response Pool::send(const Request& request, Deadline deadline, const Cancel* cancel) {
  std::unique_ptr<Connection> connection;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!connection) connection = std::make_unique<Connection>(limits_);
  // A request that throws takes its connection with it: its state is unknown.
  Response response = connection->send(request, deadline, cancel);
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
  return response;
}

}  // namespace sluice::http
