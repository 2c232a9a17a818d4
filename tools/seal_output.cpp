// Where seal writes, and how its modes tell what they did.

#include <unistd.h>

#include "seal.hpp"

namespace sluice::seal {

Output::Output(const Settings& settings)
    : bytes_(
          [&] {
            if (settings.output.empty()) return STDOUT_FILENO;
            return file_.emplace(settings.output, io::IfExists::replace).fd();
          }(),
          settings.output.empty() ? "standard output" : settings.output) {
  const bool encrypts = settings.mode != Mode::decrypt;
  if (encrypts && !settings.armor && settings.output.empty()) {
    cli::refuse_terminal("encrypted data");
  }
  if (settings.armor) armor_.emplace(bytes_);
}

stream::Sink& Output::sink() {
  if (armor_) return *armor_;
  return bytes_;
}

void Output::finish() {
  sink().finish();
  if (file_) file_->finish();
}

crypt::Warn warner(const cli::Context& context) {
  return [&log = context.log()](std::string_view message) { log.warning(message); };
}

}  // namespace sluice::seal
