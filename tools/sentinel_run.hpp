#pragma once
// What `sentinel run` is asked to do.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "notify/notifier.hpp"

namespace sluice::sentinel {

struct RunSettings {
  std::string name;
  std::string host;  ///< the name of this one
  std::vector<std::string> command;
  std::optional<std::chrono::seconds> timeout = {};
  unsigned retries = 0;
  std::chrono::seconds backoff{};  ///< before the second try; doubled before each further one
  std::string lock = {};           ///< paths; "": none
  std::string metrics = {};
  std::string history = {};
  notify::Channels channels = {};
};

[[nodiscard]] cli::Tool run_tool();

/// Reads the environment for what is secret. Throws: base::Error (usage, config).
[[nodiscard]] RunSettings run_settings_from(const cli::Args& args);

}  // namespace sluice::sentinel
