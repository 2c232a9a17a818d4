#include "cli/options.hpp"

#include <getopt.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace sluice::cli {

using base::Error;
using base::Exit;

base::Error usage_error(const std::string& message, std::string hint) {
  return {Exit::usage, message, std::move(hint)};
}

std::vector<Option> all_options(const Tool& tool) {
  std::vector<Option> options = tool.options;
  if (tool.kind == Kind::filter) {
    options.push_back({0, "allow-empty", nullptr, "accept empty input that nothing vouches for"});
    options.push_back(
        {0, "trust-eof", nullptr, "take an end of file that nobody can judge for success"});
  }
  options.push_back({'q', "quiet", nullptr, "print errors only"});
  options.push_back({'v', "verbose", nullptr, "print a summary at the end"});
  options.push_back({0, "log-format", "FORMAT", "text or json (default text)"});
  options.push_back({0, "progress", "WHEN", "auto, always or never (default auto)"});
  options.push_back({tool.h_is_help ? 'h' : '\0', "help", nullptr, "print this help"});
  options.push_back({0, "version", nullptr, "print the version"});
  return options;
}

namespace {

std::string spelling(const Option& option) {
  return option.name.empty() ? std::string("-") + option.letter : "--" + std::string(option.name);
}

// getopt_long(3) over one option table. Its returned codes are indices into the table, so that
// letters and names meet in one place; abbreviated names, which it accepts, are refused here.
class Scanner {
 public:
  Scanner(const std::vector<Option>& options, const std::vector<Refused>& refused,
          const std::vector<std::string>& arguments)
      : options_(options), refused_(refused), arguments_(arguments) {
    words_.push_back(program_.data());
    for (std::string& word : arguments_) words_.push_back(word.data());
    words_.push_back(nullptr);
    for (std::size_t i = 0; i < options_.size(); ++i) {
      const int argument = options_[i].metavar == nullptr ? no_argument : required_argument;
      names_.emplace_back(options_[i].name);
      if (options_[i].letter != 0) {
        letters_ += options_[i].letter;
        if (argument == required_argument) letters_ += ':';
      }
    }
    for (std::size_t i = 0; i < options_.size(); ++i) {
      if (names_[i].empty()) continue;
      const int argument = options_[i].metavar == nullptr ? no_argument : required_argument;
      long_.push_back({names_[i].c_str(), argument, nullptr, kFirstLong + static_cast<int>(i)});
    }
    long_.push_back({nullptr, 0, nullptr, 0});
    optind = 0;  // glibc: start afresh
    opterr = 0;
  }

  // The next option; null at the end, and for an operand, which is then in `operand`.
  const Option* next(std::string& operand, bool& end) {
    const int before = std::max(optind, 1);
    const int code = ::getopt_long(count(), words_.data(), letters_.c_str(), long_.data(), nullptr);
    end = code == -1;
    if (end) return nullptr;
    if (code == kOperand) {
      operand = optarg;
      return nullptr;
    }
    if (code == '?' || code == ':') throw refusal(code, before);
    const Option& option = code >= kFirstLong
                               ? options_[static_cast<std::size_t>(code - kFirstLong)]
                               : by_letter(static_cast<char>(code));
    if (code >= kFirstLong) require_unabbreviated(option, before);
    if (option.metavar != nullptr && *optarg == '\0') {
      throw usage_error(spelling(option) + ": the value is empty");
    }
    return &option;
  }

  [[nodiscard]] std::vector<std::string> rest() const {
    return {arguments_.begin() + (optind - 1), arguments_.end()};
  }
  [[nodiscard]] bool stopped_at_dashes() const {
    return optind > 1 && arguments_[static_cast<std::size_t>(optind) - 2] == "--";
  }

 private:
  static constexpr int kOperand = 1;       // what a leading '-' in the letters asks for
  static constexpr int kFirstLong = 1000;  // beyond every letter

  [[nodiscard]] int count() const { return static_cast<int>(words_.size()) - 1; }

  [[nodiscard]] const Option& by_letter(char letter) const {
    return *std::find_if(options_.begin(), options_.end(),
                         [&](const Option& option) { return option.letter == letter; });
  }

  [[nodiscard]] std::string word(int index) const {
    return arguments_[static_cast<std::size_t>(index) - 1];
  }

  void require_unabbreviated(const Option& option, int index) const {
    const std::string typed = word(index);
    const std::string name = typed.substr(2, typed.find('=') - 2);
    if (name != option.name)
      throw usage_error("unknown option --" + base::printable(name),
                        "did you mean " + spelling(option) + "?");
  }

  [[nodiscard]] Error refusal(int code, int index) const {
    if (optopt >= kFirstLong) {
      return usage_error(spelling(options_[static_cast<std::size_t>(optopt - kFirstLong)]) +
                         (code == ':' ? ": a value is missing" : ": takes no value"));
    }
    if (code == ':')
      return usage_error(spelling(by_letter(static_cast<char>(optopt))) + ": a value is missing");
    if (optopt != 0) return unknown_letter(static_cast<char>(optopt));
    const std::string typed = word(index);
    return usage_error("unknown option " + base::printable(typed.substr(0, typed.find('='))));
  }

  [[nodiscard]] Error unknown_letter(char letter) const {
    std::string hint;
    for (const Refused& refused : refused_) {
      if (refused.letter == letter) hint = refused.hint;
    }
    return usage_error("unknown option -" + base::printable(std::string(1, letter)), hint);
  }

  const std::vector<Option>& options_;
  const std::vector<Refused>& refused_;
  std::vector<std::string> arguments_;
  std::string program_ = "tool";
  std::vector<char*> words_;
  std::string letters_ = "-:";
  std::vector<std::string> names_;
  std::vector<::option> long_;
};

}  // namespace

Args parse(const Tool& tool, const std::vector<std::string>& arguments) {
  const std::vector<Option> options = all_options(tool);
  Scanner scanner(options, tool.refused, arguments);
  Args args;
  std::string operand;
  bool end = false;
  for (;;) {
    const Option* option = scanner.next(operand, end);
    if (end) break;
    if (option == nullptr) {
      args.operands_.push_back(operand);
      continue;
    }
    std::vector<std::string>& values = args.values_[option->key()];
    if (!values.empty() && option->times == Times::once) {
      throw usage_error(spelling(*option) + ": given twice");
    }
    values.emplace_back(option->metavar == nullptr ? "" : optarg);
  }
  std::vector<std::string> rest = scanner.rest();
  if (tool.command == Command::yes && scanner.stopped_at_dashes()) {
    if (rest.empty()) throw usage_error("--: a command is missing");
    args.command_ = std::move(rest);
  } else {
    args.operands_.insert(args.operands_.end(), rest.begin(), rest.end());
  }
  if (args.has("help") || args.has("version")) return args;
  for (const std::string& each : args.operands_) {
    if (each.empty()) throw usage_error("an operand is empty");
  }
  if (args.operands_.size() > tool.most_operands) {
    throw usage_error("unexpected operand " + base::printable(args.operands_[tool.most_operands]));
  }
  return args;
}

std::optional<std::string> Args::value(const std::string& key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return found->second.front();
}

const std::vector<std::string>& Args::values(const std::string& key) const {
  static const std::vector<std::string> kNone;
  const auto found = values_.find(key);
  return found == values_.end() ? kNone : found->second;
}

std::int64_t Args::number(const std::string& key, std::int64_t fallback, std::int64_t least,
                          std::int64_t most) const {
  const auto text = value(key);
  if (!text) return fallback;
  const auto number = base::parse_integer(*text);
  if (!number || *number < least || *number > most) {
    throw usage_error("--" + key + ": not a number from " + std::to_string(least) + " to " +
                      std::to_string(most) + ": " + base::printable(*text));
  }
  return *number;
}

std::optional<std::uint64_t> Args::size(const std::string& key) const {
  const auto text = value(key);
  if (!text) return std::nullopt;
  const auto bytes = base::parse_size(*text);
  if (!bytes)
    throw usage_error("--" + key + ": not a size: " + base::printable(*text),
                      "write 512K, 64M, 2G");
  return bytes;
}

std::optional<std::uint64_t> Args::duration(const std::string& key) const {
  const auto text = value(key);
  if (!text) return std::nullopt;
  const auto seconds = base::parse_duration(*text);
  if (!seconds)
    throw usage_error("--" + key + ": not a duration: " + base::printable(*text),
                      "write 90s, 5m, 26h, 7d");
  return static_cast<std::uint64_t>(seconds->count());
}

std::string help_text(const Tool& tool) {
  const std::vector<Option> options = all_options(tool);
  std::string text;
  for (const std::string_view form : tool.usage) {
    text += (text.empty() ? "Usage: " : "       ") + tool.command_name() + " " + std::string(form) +
            "\n";
  }
  text += std::string(tool.purpose) + ".\n\n";
  constexpr std::size_t kColumn = 30;
  for (const ModeName& mode : tool.modes) {
    if (&mode == &tool.modes.front()) text += "Modes, each with options of its own:\n";
    const std::string left = "  " + std::string(mode.word);
    text += left + std::string(kColumn - left.size(), ' ') + std::string(mode.purpose) + "\n";
  }
  if (!tool.modes.empty()) text += "\n";
  for (const Option& option : options) {
    std::string left = option.letter == 0 ? "      " : std::string("  -") + option.letter;
    if (!option.name.empty())
      left += (option.letter == 0 ? "--" : ", --") + std::string(option.name);
    if (option.metavar != nullptr)
      left += (option.name.empty() ? " " : "=") + std::string(option.metavar);
    left += left.size() + 2 > kColumn ? "\n" + std::string(kColumn, ' ')
                                      : std::string(kColumn - left.size(), ' ');
    text += left + std::string(option.help) + "\n";
  }
  if (!tool.notes.empty()) text += "\n" + std::string(tool.notes) + "\n";
  return text;
}

}  // namespace sluice::cli
