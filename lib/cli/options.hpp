#pragma once
// The option table of a tool: the one place from which parsing, --help, the completions and the
// test of the man page are fed.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sluice::cli {

enum class Times { once, many };

/// One option. `letter` 0: long form only; `name` "": short form only; `metavar` null: a switch.
struct Option {
  char letter;
  std::string_view name;
  const char* metavar;
  std::string_view help;
  Times times = Times::once;

  /// What Args knows it by: the name, or the letter where there is none.
  [[nodiscard]] std::string key() const {
    return name.empty() ? std::string(1, letter) : std::string(name);
  }
};

enum class Kind {
  filter,   ///< reads a stream on stdin: gets --allow-empty and --trust-eof
  source,   ///< makes a stream or a listing
  wrapper,  ///< hands its stdout to others: never marks the pipe
};

enum class Command { no, yes };  ///< may `-- COMMAND…` follow the operands?

/// A short option that fingers know from another program, and why this one does not have it.
struct Refused {
  char letter;
  std::string_view hint;
};

/// A word that a tool with several modes takes first, and what that mode does.
struct ModeName {
  std::string_view word;
  std::string_view purpose;  ///< one line, a verb first
};

/// A tool, or one mode of it, as its user sees it.
struct Tool {
  std::string_view name;
  std::string_view mode = {};           ///< of a tool with several: the word for this one
  std::string_view purpose;             ///< one line, a verb first
  std::vector<std::string_view> usage;  ///< what follows the name, a form a line
  std::vector<Option> options;
  std::size_t most_operands = 0;
  Kind kind = Kind::source;
  Command command = Command::no;
  bool h_is_help = true;  ///< in the PostgreSQL tools -h is the host
  std::vector<Refused> refused = {};
  std::string_view notes = {};  ///< after the options in --help
  /// Of a tool with several modes, seen from outside: what there is besides --help and --version.
  std::vector<ModeName> modes = {};

  /// What its user types: "zpipe", "sentinel check".
  [[nodiscard]] std::string command_name() const {
    return std::string(name) + (mode.empty() ? "" : " ") + std::string(mode);
  }
};

/// Parsed, not yet understood: the tool's settings_from() gives the words their meaning.
class Args {
 public:
  [[nodiscard]] bool has(const std::string& key) const { return values_.contains(key); }
  [[nodiscard]] std::optional<std::string> value(const std::string& key) const;
  [[nodiscard]] const std::vector<std::string>& values(const std::string& key) const;
  [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }
  /// What followed `--`, for a tool with Command::yes; nullopt without `--`.
  [[nodiscard]] const std::optional<std::vector<std::string>>& command() const { return command_; }

  /// A whole number in [least, most]; `fallback` when the option is absent. Throws: base::Error
  /// (usage).
  [[nodiscard]] std::int64_t number(const std::string& key, std::int64_t fallback,
                                    std::int64_t least, std::int64_t most) const;
  /// `64K`, `1M`; absent: nullopt. Throws: base::Error (usage).
  [[nodiscard]] std::optional<std::uint64_t> size(const std::string& key) const;
  /// `90s`, `5m` in seconds; absent: nullopt. Throws: base::Error (usage).
  [[nodiscard]] std::optional<std::uint64_t> duration(const std::string& key) const;

 private:
  friend Args parse(const Tool&, const std::vector<std::string>&);
  std::map<std::string, std::vector<std::string>> values_;
  std::vector<std::string> operands_;
  std::optional<std::vector<std::string>> command_;
};

/// The tool's own options and those that every tool of its kind has.
[[nodiscard]] std::vector<Option> all_options(const Tool& tool);

/// `arguments` without the program's name. Throws: base::Error (usage).
[[nodiscard]] Args parse(const Tool& tool, const std::vector<std::string>& arguments);

[[nodiscard]] std::string help_text(const Tool& tool);

/// What a user typed wrongly. run() adds the hint to ask --help where there is no better one.
[[nodiscard]] base::Error usage_error(const std::string& message, std::string hint = {});

}  // namespace sluice::cli
