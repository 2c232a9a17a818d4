// seal -e: encrypt a stream.

#include "seal.hpp"

namespace sluice::seal {

base::Exit encrypt(const cli::Context& context, const Settings& settings) {
  crypt::Recipients recipients = recipients_from(settings, warner(context));
  stream::Input in = stream::Input::open(settings.file, settings.eof);
  Output out(settings);
  const cli::Progress progress = context.show_progress(in.count(), in.size_if_known());
  crypt::encrypt(in, out.sink(), std::move(recipients), settings.threads);
  out.finish();
  if (base::as_text(in.head()).starts_with("age-encryption.org/")) {
    context.log().warning(in.name() + ": already encrypted by age, encrypted once more");
  }
  context.summary(in.count(), out.count());
  return base::Exit::ok;
}

}  // namespace sluice::seal
