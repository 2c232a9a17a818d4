// sentinel page: facts in, one HTML file out.

#include "health/page.hpp"
#include "sentinel.hpp"

namespace sluice::sentinel {

namespace {

base::Exit body(const cli::Context& context) {
  const cli::Args& args = context.args();
  Question question = question_from(args);
  const health::PageWords words{.title = args.value("title").value_or("Backups"),
                                .restore = args.value("restore").value_or("")};
  const health::Facts facts = read_facts(args);
  const auto history = read_history(question.history);
  measure(question.spaces);
  const base::Time now = base::now();
  const health::Verdict verdict = judge(facts, history, question.spaces, question.limits, now);
  const std::string text = page(words, verdict, facts, history, question.limits, now);
  write_output(args, text);
  return base::Exit::ok;
}

}  // namespace

cli::Mode page_mode() {
  return {
      cli::Tool{.name = "sentinel",
                .mode = "page",
                .purpose = "Turn the facts on standard input into one page of HTML",
                .usage = {"[LIMIT]... [--title TEXT] [--restore COMMAND] [-o FILE]"},
                .options = question_options({
                    {0, "title", "TEXT", "of the page (default Backups)"},
                    {0, "restore", "COMMAND", "to show; {url} and {group} are the newest backup's"},
                    {'o', "output", "FILE", "write to FILE, which is replaced at once"},
                }),
                .kind = cli::Kind::filter},
      body};
}

}  // namespace sluice::sentinel
