#pragma once
// How many processors this process may use.

namespace sluice::io {

/// At least 1: the smaller of the scheduler affinity and the cgroup's CPU quota (rounded up).
[[nodiscard]] unsigned available_cpus();

}  // namespace sluice::io
