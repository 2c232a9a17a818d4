#pragma once
// Metrics in Prometheus' text format (version 0.0.4), for node_exporter's textfile collector or a
// gateway. Families are written together, each with HELP and TYPE, as promtool wants them.

#include <string>

#include "health/facts.hpp"
#include "health/history.hpp"

namespace sluice::health {

/// Of backups, their copies and marks, and of the runs in a history. `copies` are URL prefixes.
[[nodiscard]] std::string backup_metrics(const Facts& facts, const std::vector<RunRecord>& history,
                                         const std::vector<std::string>& copies, base::Time now);

/// Of one run, as it ends. `before` is what was written after the run before (or ""): a run that
/// failed keeps its time of the last success.
[[nodiscard]] std::string run_metrics(const RunRecord& run, std::string_view before);

}  // namespace sluice::health
