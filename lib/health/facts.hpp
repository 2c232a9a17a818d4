#pragma once
// What is known about backups: lines that other tools print, as plain values.
//
//   a mark              2025-12-18T01:15:04Z OK       sentinel mark
//   an object           {"url", "size", "modified"}   s3ls --json; its time and group where a
//                                                      template told them
//   a receipt           {"url", "size", "time"}       s3put --receipt
//   an upload that      {"url", "started"}            s3ls --json --incomplete
//   was never ended
//   a plan              {"url", "action"}             s3prune --json

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace sluice::health {

/// One object, or one set of objects that were made together.
struct Backup {
  std::string url;  ///< of a set: its directory
  std::string group = {};
  /// The name's, where a template told it; else when the object was stored.
  base::Time time{};
  std::uint64_t size = 0;  ///< of a set: of all members
  /// Why the retention policy deletes it next; nullopt: it does not, or nobody said.
  std::optional<std::string> doomed = {};
};

/// "As of this moment, the pipeline that writes me succeeded": not that there was anything new.
struct Mark {
  base::Time time{};
  std::string note = {};
};

/// An upload that was begun and never ended.
struct Leftover {
  std::string url;
  base::Time started{};
};

struct Facts {
  std::vector<Backup> backups = {};
  std::vector<Mark> marks = {};
  std::vector<Leftover> leftovers = {};
};

/// In any order and mixture; an object that is told of twice is counted once.
/// Throws: base::Error (data) with the number of the line.
[[nodiscard]] Facts parse_facts(std::string_view text);

}  // namespace sluice::health
