#pragma once
// Connections that are kept open.

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "http/connection.hpp"

namespace sluice::http {

/// Open connections between uses. Any thread.
class Pool {
 public:
  explicit Pool(Limits limits) : limits_(std::move(limits)) {}

  Response send(const Request& request, Deadline deadline, const Cancel* cancel = nullptr);

 private:
  Limits limits_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace sluice::http
