#pragma once
// A session that reads rows as pg_dump would: the same settings, one snapshot for all of them.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pg/archive.hpp"
#include "pg/connection.hpp"

namespace sluice::pg {

/// The value of `--name=VALUE` among pg_dump's options, "" when it is not there.
[[nodiscard]] std::string option_value(const std::vector<std::string>& options,
                                       const std::string& name);

/// One thread at a time.
class DumpSession {
 public:
  /// Begins a transaction on `snapshot`, or on a new one where that is "". `options` are pg_dump's
  /// (--role and --extra-float-digits concern it). Throws: ServerError.
  DumpSession(const Conninfo& conninfo, const std::string& program,
              const std::vector<std::string>& options, const std::string& snapshot);

  /// The snapshot for other sessions; valid while this one lives.
  [[nodiscard]] std::string export_snapshot();

  /// Rows in the encoding that the archive tells.
  void use_encoding_of(const Archive& archive);

  /// Locks `table` (a quoted name) against being dropped, truncated or changed, unless somebody
  /// holds or awaits a stronger lock: waiting for that one, who waits for the session that exported
  /// the snapshot, would be a deadlock that the server cannot see. False then.
  [[nodiscard]] bool lock(const std::string& table);
  /// Several at once.
  [[nodiscard]] bool lock_all(const std::vector<std::string>& tables);

  [[nodiscard]] Connection& connection() { return connection_; }

 private:
  void begin();

  Connection connection_;
  std::string snapshot_;
  std::set<std::string> locked_;
};

}  // namespace sluice::pg
