// sentinel mark: the line that says when something last succeeded.

#include <unistd.h>

#include "base/text.hpp"
#include "base/time.hpp"
#include "io/fd.hpp"
#include "sentinel.hpp"

namespace sluice::sentinel {

namespace {

// A reader takes the first line; a note that holds another would forge one.
std::string note_from(const cli::Args& args) {
  const auto note = args.value("note");
  if (!note) return {};
  if (base::printable(*note) != *note) {
    throw cli::usage_error("--note: has a line break or a control character");
  }
  return " " + *note;
}

base::Exit body(const cli::Context& context) {
  const std::string line = base::rfc3339(base::now()) + " OK" + note_from(context.args()) + "\n";
  io::write_all(STDOUT_FILENO, base::as_bytes(line), "standard output");
  return base::Exit::ok;
}

}  // namespace

cli::Mode mark_mode() {
  return {cli::Tool{.name = "sentinel",
                    .mode = "mark",
                    .purpose = "Print the mark of a success: the time, and OK",
                    .usage = {"[--note TEXT]"},
                    .options = {{0, "note", "TEXT", "what else the mark shall say"}}},
          body};
}

}  // namespace sluice::sentinel
