#include "io/cpus.hpp"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

namespace sluice::io {

namespace {

constexpr char kCgroupRoot[] = "/sys/fs/cgroup";

// cgroup v2: "quota period" or "max period" in microseconds, per directory (cgroup-v2.rst,
// cpu.max).
std::optional<unsigned> quota_of(const std::string& directory) {
  std::ifstream file(directory + "/cpu.max");
  double quota = 0;
  double period = 0;
  if (!(file >> quota >> period) || quota <= 0 || period <= 0) return std::nullopt;
  return std::max(1U, static_cast<unsigned>((quota + period - 1) / period));
}

// The tightest quota from our own cgroup up to the root.
unsigned cgroup_quota(unsigned most) {
  std::ifstream file("/proc/self/cgroup");
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with("0::")) continue;
    for (std::string path = line.substr(3);; path.erase(path.rfind('/'))) {
      most = std::min(most, quota_of(kCgroupRoot + path).value_or(most));
      if (path.find('/') == std::string::npos) break;
    }
  }
  return most;
}

}  // namespace

unsigned available_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const bool known = ::sched_getaffinity(0, sizeof set, &set) == 0;
  return cgroup_quota(known ? std::max(1U, static_cast<unsigned>(CPU_COUNT(&set))) : 1U);
}

}  // namespace sluice::io
