#pragma once
// Which of the objects that its URLs mean s3ls takes.

#include <optional>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "store/choose.hpp"

namespace sluice {

/// What is not set lets everything pass.
struct Choice {
  std::optional<base::Time> not_before = {};
  std::optional<base::Time> not_after = {};
  std::optional<std::uint64_t> min_size = {};  ///< bytes
  std::optional<std::uint64_t> max_size = {};
  std::vector<std::string> globs = {};  ///< one of them, as base::glob_matches reads them

  bool newest = false;                ///< of what passes in each group
  std::optional<base::Time> at = {};  ///< the newest that is not newer than this

  /// `name` is the key behind the directory that is listed.
  [[nodiscard]] bool passes(const store::Found& found, const std::string& name) const;
};

[[nodiscard]] std::vector<cli::Option> choice_options();
/// Throws: base::Error (usage).
[[nodiscard]] Choice choice_from(const cli::Args& args);

}  // namespace sluice
