#pragma once
// What s3sync says about its deeds: nothing, lines of a plan, lines of JSON, or words under -v.

#include <chrono>
#include <string>

#include "cli/log.hpp"
#include "store/mirror.hpp"

namespace sluice {

class SyncLines {
 public:
  enum class Format { words, plan, json };
  SyncLines(Format format, cli::Log& log) : format_(format), log_(log) {}

  void deed(const store::Deed& deed);
  /// `lag`: how long ago the source was as the destination is now.
  void end(const store::MirrorReport& report, std::chrono::duration<double> lag);

 private:
  Format format_;
  cli::Log& log_;
};

/// With one decimal.
[[nodiscard]] std::string seconds_text(std::chrono::duration<double> seconds);

}  // namespace sluice
