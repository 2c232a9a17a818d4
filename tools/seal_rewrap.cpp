// seal --rewrap: a new header for new recipients, on the same payload.

#include "seal.hpp"

namespace sluice::seal {

base::Exit rewrap(const cli::Context& context, const Settings& settings) {
  crypt::Recipients recipients = recipients_from(settings, warner(context));
  crypt::Keys keys = keys_from(settings, warner(context));
  stream::Input in = stream::Input::open(settings.file, settings.eof);
  Output out(settings);
  const cli::Progress progress = context.show_progress(in.count(), in.size_if_known());
  crypt::rewrap(in, out.sink(), std::move(keys), std::move(recipients), settings.threads);
  out.finish();
  context.summary(in.count(), out.count());
  return base::Exit::ok;
}

}  // namespace sluice::seal
