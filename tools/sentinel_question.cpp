// The options by which backups are judged.

#include <charconv>

#include "base/text.hpp"
#include "sentinel.hpp"

namespace sluice::sentinel {

namespace {

using std::chrono::seconds;

std::optional<seconds> duration(const cli::Args& args, const std::string& key) {
  const auto value = args.duration(key);
  if (!value) return std::nullopt;
  return seconds(*value);
}

std::optional<std::size_t> count(const cli::Args& args, const std::string& key) {
  if (!args.has(key)) return std::nullopt;
  return static_cast<std::size_t>(args.number(key, 0, 1, 1'000'000));
}

// "10%", "50%": whole percent.
std::optional<unsigned> percent(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  const auto value = base::parse_number(text.substr(0, text.size() - 1));
  if (!value || *value > 100) return std::nullopt;
  return static_cast<unsigned>(*value);
}

// "2x", "1.5x"
std::optional<double> factor(std::string_view text) {
  if (!text.ends_with('x')) return std::nullopt;
  double value = 0;
  const char* end = text.data() + text.size() - 1;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !(value >= 1 && value <= 1000)) return std::nullopt;
  return value;
}

health::Space space_from(const std::string& text) {
  const std::size_t colon = text.find(':');
  health::Space space;
  if (colon != std::string::npos) {
    const std::string least = text.substr(0, colon);
    space.path = text.substr(colon + 1);
    space.least_percent = percent(least);
    if (!space.least_percent) space.least_bytes = base::parse_size(least);
  }
  if (space.path.empty() || (!space.least_percent && !space.least_bytes)) {
    throw cli::usage_error(
        "--min-free: neither PERCENT:PATH nor SIZE:PATH: " + base::printable(text),
        "write 10%:/backups or 5G:/backups");
  }
  return space;
}

void limits_on_runs(const cli::Args& args, health::Limits& limits) {
  limits.max_failures = count(args, "max-failures");
  if (const auto text = args.value("max-duration")) {
    limits.max_duration_factor = factor(*text);
    if (!limits.max_duration_factor) limits.max_duration = base::parse_duration(*text);
    if (!limits.max_duration_factor && !limits.max_duration) {
      throw cli::usage_error(
          "--max-duration: neither a duration nor a factor: " + base::printable(*text),
          "write 2h or 2x");
    }
  }
  if (args.has("history")) return;
  for (const char* key : {"max-failures", "max-duration"}) {
    if (args.has(key)) throw cli::usage_error("--" + std::string(key) + ": needs --history");
  }
}

}  // namespace

std::vector<cli::Option> question_options(std::vector<cli::Option> more) {
  std::vector<cli::Option> options{
      {0, "expect", "GROUP,...", "groups that must have a backup"},
      {0, "max-age", "DURATION", "age of the newest backup, or of a mark"},
      {0, "max-mark-age", "DURATION", "age of the newest mark (default: --max-age)"},
      {0, "copy", "PREFIX", "URLs that begin so are copies, not originals", cli::Times::many},
      {0, "max-lag", "DURATION", "how long a backup may be missing from a --copy"},
      {0, "min-size", "SIZE", "size of the newest backup"},
      {0, "max-shrink", "PERCENT", "against the median of the backups before, such as 50%"},
      {0, "min-count", "N", "how many backups of each group"},
      {0, "expect-every", "DURATION", "look for gaps in a schedule"},
      {0, "gaps-since", "DURATION", "how far back (default: seven times --expect-every)"},
      {0, "max-upload-age", "DURATION", "of uploads that were never ended (default 1d)"},
      {0, "history", "FILE", "the history that sentinel run writes"},
      {0, "max-failures", "N", "so many failed runs in a row are too many"},
      {0, "max-duration", "LIMIT", "of the last run: 2h, or 2x the median of those before"},
      {0, "min-free", "LIMIT:PATH", "room on a file system, 10%:PATH or 5G:PATH", cli::Times::many},
  };
  for (cli::Option& option : more) options.push_back(option);
  return options;
}

Question question_from(const cli::Args& args) {
  Question question;
  health::Limits& limits = question.limits;
  if (const auto groups = args.value("expect")) {
    limits.expect = base::split(*groups, ',');
    for (const std::string& group : limits.expect) {
      if (group.empty()) throw cli::usage_error("--expect: a group is empty");
    }
  }
  limits.copies = args.values("copy");
  limits.max_age = duration(args, "max-age");
  limits.max_mark_age = duration(args, "max-mark-age");
  limits.max_lag = duration(args, "max-lag");
  if (limits.max_lag && limits.copies.empty()) {
    throw cli::usage_error("--max-lag: needs --copy", "--copy s3://bucket/ names what is a copy");
  }
  limits.expect_every = duration(args, "expect-every");
  limits.gaps_since = duration(args, "gaps-since");
  limits.max_leftover_age = duration(args, "max-upload-age").value_or(seconds(86400));
  limits.min_size = args.size("min-size");
  limits.min_count = count(args, "min-count");
  if (const auto text = args.value("max-shrink")) {
    limits.max_shrink = percent(text->ends_with('%') ? *text : *text + "%");
    if (!limits.max_shrink) {
      throw cli::usage_error("--max-shrink: not a percentage: " + base::printable(*text));
    }
  }
  limits_on_runs(args, limits);
  question.history = args.value("history").value_or("");
  for (const std::string& text : args.values("min-free")) {
    question.spaces.push_back(space_from(text));
  }
  return question;
}

}  // namespace sluice::sentinel
