#include "s3put_producer.hpp"

#include <utility>

#include "base/text.hpp"

namespace sluice {

// The producer's own status is the best proof there is; what the pipe tells is looked at as well.
stream::Input input_from(std::optional<io::Child>& child, const std::vector<std::string>& command,
                         bool allow_empty) {
  child.emplace(command, io::ChildOptions{.keep_stdin = true, .pipe_stdout = true});
  return {std::move(child->output()),
          base::printable(child->name()),
          {.trust_eof = true, .allow_empty = allow_empty}};
}

void require_success(io::Child& child) {
  const io::ChildStatus status = child.wait();
  if (!status.ok()) {
    throw base::Error(base::Exit::data, base::printable(child.name()) + ": " + status.describe(),
                      "nothing was stored");
  }
  stream::Input::standard({}).require_writers_finished();
}

}  // namespace sluice
