// sentinel check: facts in, a verdict out.

#include <unistd.h>

#include "base/text.hpp"
#include "health/report.hpp"
#include "io/fd.hpp"
#include "sentinel.hpp"

namespace sluice::sentinel {

namespace {

using base::Exit;
using health::Severity;

// The statuses of monitoring plugins; exit.hpp has none of them but 0 and 1.
constexpr auto kNagiosWarning = static_cast<Exit>(1);
constexpr auto kNagiosCritical = static_cast<Exit>(2);
constexpr auto kNagiosUnknown = static_cast<Exit>(3);

struct Settings {
  Question question;
  bool nagios = false;
  bool json = false;
};

Settings settings_from(const cli::Args& args) {
  Settings settings{question_from(args), args.has("nagios"), args.has("json")};
  if (settings.nagios && settings.json) {
    throw cli::usage_error("--nagios and --json contradict each other");
  }
  return settings;
}

void print(const std::string& text) {
  io::write_all(STDOUT_FILENO, base::as_bytes(text), "standard output");
}

Exit status_of(Severity severity, bool nagios) {
  if (severity == Severity::ok) return Exit::ok;
  if (!nagios) return Exit::no;
  return severity == Severity::warning ? kNagiosWarning : kNagiosCritical;
}

Exit check(const cli::Context& context, Settings& settings) {
  const health::Limits& limits = settings.question.limits;
  const health::Facts facts = read_facts(context.args());
  const std::vector<health::RunRecord> history = read_history(settings.question.history);
  measure(settings.question.spaces);
  const base::Time now = base::now();
  const health::Verdict verdict = judge(facts, history, settings.question.spaces, limits, now);
  if (settings.json) {
    print(verdict_json(verdict, facts, limits, now));
    return status_of(verdict.severity(), settings.nagios);
  }
  const std::string numbers = performance(facts, limits, now);
  std::string text = summary(verdict, facts, limits, now);
  if (!numbers.empty()) text += " | " + numbers;
  text += "\n";
  for (const health::Finding& finding : verdict.findings) text += finding_line(finding) + "\n";
  print(text);
  return status_of(verdict.severity(), settings.nagios);
}

Exit body(const cli::Context& context) {
  Settings settings = settings_from(context.args());
  if (!settings.nagios) return check(context, settings);
  try {
    return check(context, settings);
  } catch (const io::BrokenPipe&) {
    throw;
  } catch (const base::Error& error) {
    // A monitoring system shows what is on stdout.
    print(std::string("UNKNOWN - ") + error.what() + "\n");
    return kNagiosUnknown;
  }
}

}  // namespace

cli::Mode check_mode() {
  return {cli::Tool{.name = "sentinel",
                    .mode = "check",
                    .purpose = "Judge the facts on standard input: are backups alive?",
                    .usage = {"[LIMIT]... [--nagios | --json]"},
                    .options = question_options({
                        {0, "nagios", nullptr, "exit 0, 1, 2 or 3, as monitoring plugins do"},
                        {0, "json", nullptr, "print one object of JSON"},
                    }),
                    .kind = cli::Kind::filter,
                    .notes = "Facts are what s3ls --json, s3prune --json, s3put --receipt and\n"
                             "sentinel mark print, in any mixture."},
          body};
}

}  // namespace sluice::sentinel
