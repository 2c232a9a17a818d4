#pragma once
// The options that every tool with a store has, declared once.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/run.hpp"
#include "store/store.hpp"
#include "store/template.hpp"

namespace sluice {

/// `own`, followed by the store options.
[[nodiscard]] std::vector<cli::Option> with_store_options(std::vector<cli::Option> own);

/// What they say; warnings go to the log. Throws: base::Error (usage).
[[nodiscard]] s3::Settings store_settings(const cli::Context& context);

/// The option of tools that send or fetch contents that the server encrypts with our key.
[[nodiscard]] cli::Option customer_key_option();
/// What customer_key_option() says; none without it. Throws: base::Error (usage, config).
[[nodiscard]] http::Headers customer_key(const cli::Args& args);

/// A URL operand, understood.
struct StoreUrl {
  store::Location place;
  std::optional<store::Template> pattern;  ///< where it has braces

  /// Does it mean more than one object?
  [[nodiscard]] bool names_many() const { return pattern || place.is_prefix(); }
  /// What all keys that it may mean begin with.
  [[nodiscard]] const std::string& prefix() const;
  /// Could that write have become one of them? A file's unfinished name does not tell.
  [[nodiscard]] bool may_become(const store::Incomplete& incomplete) const;
};

/// Throws: base::Error (usage).
[[nodiscard]] StoreUrl parse_store_url(const std::string& url);

/// The value of --at; none without it. Throws: base::Error (usage).
[[nodiscard]] std::optional<base::Time> time_at(const cli::Args& args);

/// The tool's single URL operand. Throws: base::Error (usage) when it is missing.
[[nodiscard]] std::string require_url(const cli::Args& args);

}  // namespace sluice
