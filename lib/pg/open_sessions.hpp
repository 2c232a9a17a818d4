#pragma once
// Sessions beside each other, as far as the server has room for them.

#include <memory>
#include <vector>

#include "pg/sqlstate.hpp"

namespace sluice::pg {

/// What `open` returns, `wanted` times, or fewer times: `refused` is told what the server said when
/// it had no room for one more, and may throw it. Throws: what `open` throws for other reasons.
template <class Session, class Open, class Refused>
std::vector<std::unique_ptr<Session>> open_sessions(unsigned wanted, Open open, Refused refused) {
  constexpr std::string_view kInsufficientResources = "53";
  std::vector<std::unique_ptr<Session>> sessions;
  try {
    while (sessions.size() < wanted) sessions.push_back(open());
  } catch (const ServerError& error) {
    if (!error.sqlstate().starts_with(kInsufficientResources)) throw;
    refused(error, sessions.size());
  }
  return sessions;
}

}  // namespace sluice::pg
