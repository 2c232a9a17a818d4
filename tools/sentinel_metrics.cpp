// sentinel metrics: facts in, metrics for Prometheus out.

#include "health/metrics.hpp"
#include "sentinel.hpp"

namespace sluice::sentinel {

namespace {

base::Exit body(const cli::Context& context) {
  const cli::Args& args = context.args();
  const health::Facts facts = read_facts(args);
  const auto history = read_history(args.value("history").value_or(""));
  const std::string text = health::backup_metrics(facts, history, args.values("copy"), base::now());
  write_output(args, text);
  return base::Exit::ok;
}

}  // namespace

cli::Mode metrics_mode() {
  return {cli::Tool{.name = "sentinel",
                    .mode = "metrics",
                    .purpose = "Turn the facts on standard input into metrics for Prometheus",
                    .usage = {"[--copy PREFIX]... [--history FILE] [-o FILE]"},
                    .options =
                        {
                            {0, "copy", "PREFIX", "URLs that begin so are copies, not originals",
                             cli::Times::many},
                            {0, "history", "FILE", "the history that sentinel run writes"},
                            {'o', "output", "FILE", "write to FILE, which is replaced at once"},
                        },
                    .kind = cli::Kind::filter},
          body};
}

}  // namespace sluice::sentinel
