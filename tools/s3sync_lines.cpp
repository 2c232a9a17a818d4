#include "s3sync_lines.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>

#include "base/text.hpp"
#include "io/fd.hpp"

namespace sluice {

namespace {

void print(const std::string& line) {
  io::write_all(STDOUT_FILENO, base::as_bytes(line + "\n"), "standard output");
}

}  // namespace

std::string seconds_text(std::chrono::duration<double> seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", seconds.count());
  return text.data();
}

void SyncLines::deed(const store::Deed& deed) {
  const bool copy = deed.kind == store::Deed::Kind::copy;
  const std::string action = copy ? "copy" : "delete";
  if (format_ == Format::json) {
    const std::string reason = copy ? ",\"reason\":" + base::json_quote(deed.reason) : "";
    return print("{\"action\":\"" + action + "\",\"name\":" + base::json_quote(deed.name) +
                 ",\"size\":" + std::to_string(deed.size) + reason + "}");
  }
  const std::string line =
      action + " " + base::printable(deed.name) + (copy ? " (" + deed.reason + ")" : "");
  if (format_ == Format::plan) return print(line);
  log_.info(line);
}

void SyncLines::end(const store::MirrorReport& report, std::chrono::duration<double> lag) {
  if (format_ == Format::json) {
    return print("{\"action\":\"done\",\"copied\":" + std::to_string(report.copied) +
                 ",\"bytes\":" + std::to_string(report.bytes) +
                 ",\"deleted\":" + std::to_string(report.removed) +
                 ",\"unchanged\":" + std::to_string(report.unchanged) + ",\"failed\":" +
                 std::to_string(report.failures.size()) + ",\"lag\":" + seconds_text(lag) + "}");
  }
  log_.info(std::to_string(report.copied) + " copied (" + base::human_size(report.bytes) + "), " +
            std::to_string(report.removed) + " deleted, " + std::to_string(report.unchanged) +
            " unchanged, lag " + seconds_text(lag) + " s");
}

}  // namespace sluice
