#pragma once
// What `sentinel run` keeps of a run: the lock that no other run may hold, the history, the
// metrics.

#include <string>

#include "health/history.hpp"
#include "io/fd.hpp"

namespace sluice::sentinel {

/// Holds the lock file `path` (none for "") until the run and all that it started have ended.
/// Throws: base::Error (temporary) when another run holds it.
[[nodiscard]] io::Fd take_lock(const std::string& path);
/// What is started from now on does not hold the lock: a mail program may deliver for hours.
void keep_to_ourselves(const io::Fd& lock);

/// Appends a line that is whole or not there. Throws: base::Error.
void append_history(const std::string& path, const health::RunRecord& run);

/// The metrics of the run before, "" where there are none. Throws: base::Error.
[[nodiscard]] std::string read_metrics(const std::string& path);
/// Replaces the metrics of the run before, which were `before`. Throws: base::Error.
void write_metrics(const std::string& path, const health::RunRecord& run,
                   const std::string& before);

}  // namespace sluice::sentinel
