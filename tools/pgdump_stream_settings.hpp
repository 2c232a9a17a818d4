#pragma once
// What pgdump-stream's command line asks for.

#include <chrono>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "pg/dump.hpp"
#include "pgdump_stream_server.hpp"

namespace sluice {

[[nodiscard]] std::vector<cli::Option> dump_options();

enum class DumpMode { dump, list, globals };

struct DumpSettings {
  DumpMode mode = DumpMode::dump;
  pg::Where where;
  pg::DumpFormat format = pg::DumpFormat::custom;
  bool json = false;
  RolePasswords role_passwords = RolePasswords::written;
  std::chrono::seconds wait{0};
  bool replica_ok = false;
  std::string pg_dump;
  unsigned jobs = 1;
  bool jobs_chosen = false;
  pg::Split split;
  pg::Compression compression;
  std::vector<std::string> filters;
};

/// Throws: base::Error (usage).
[[nodiscard]] DumpSettings dump_settings_from(const cli::Args& args);

}  // namespace sluice
