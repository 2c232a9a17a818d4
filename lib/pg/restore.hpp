#pragma once
// A restore that is all or nothing: an archive or plain SQL, told by its first bytes, goes into a
// database that is missing or empty, and is seen there whole or not at all.
//
// Two places. In place: stock pg_restore in one transaction, fed by us, which never gets the last
// bytes before the whole stream has been judged. Beside: in a sibling database, which becomes the
// target after the stream has been judged; for plain SQL, for a missing target, for parts of an
// archive, for archives with more objects than one transaction can lock, and wherever several
// sessions restore, which no transaction spans.

#include <functional>
#include <string>
#include <vector>

#include "pg/client.hpp"
#include "pg/conninfo.hpp"
#include "pg/sibling.hpp"
#include "stream/input.hpp"

namespace sluice::pg {

enum class TargetRule {
  must_be_empty,
  create,    ///< must not exist
  if_empty,  ///< left alone when it is not empty, created when it is missing
  replace,   ///< goes on serving, whatever it has, until the restored one takes its place
};

enum class Part { all, schema_only, data_only };

struct RestoreRequest {
  Conninfo target{Where{}};  ///< its dbname is the database to restore into
  std::string program = {};  ///< our name in pg_stat_activity
  TargetRule rule = TargetRule::must_be_empty;
  Part part = Part::all;
  std::vector<std::string> schemas = {};  ///< pg_restore's -n; all if both are empty
  std::vector<std::string> tables = {};   ///< pg_restore's -t
  std::vector<std::string> options = {};  ///< further options of pg_restore
  bool owners = true;                     ///< restore ownership
  bool analyze = true;
  bool allow_connect = false;  ///< plain SQL may switch databases: then it is not all or nothing
  unsigned jobs = 1;           ///< sessions that restore
  bool jobs_chosen = false;    ///< by the user: also for small dumps
  Swap swap = {};

  [[nodiscard]] bool selective() const { return !schemas.empty() || !tables.empty(); }
};

enum class Restored {
  yes,
  left_alone,  ///< the target is not empty, and TargetRule::if_empty was the rule
  nothing,     ///< the input is empty, which the user accepts
};

/// Main thread only. Throws: base::Error; then the target is as it was.
Restored restore(const RestoreRequest& request, stream::Input& input, const Listener& listener);

/// What verify() found out.
struct Verified {
  bool archive = false;
  std::string listing;  ///< the table of contents as pg_restore -l has it; "" for plain SQL
};

/// Reads the input to its end and judges it; needs no server. Throws: base::Error (data).
[[nodiscard]] Verified verify(stream::Input& input, Tally& tally);

}  // namespace sluice::pg
