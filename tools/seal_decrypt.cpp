// seal -d: decrypt a stream.

#include "seal.hpp"

namespace sluice::seal {

base::Exit decrypt(const cli::Context& context, const Settings& settings) {
  crypt::Keys keys = keys_from(settings, warner(context));
  stream::Input in = stream::Input::open(settings.file, settings.eof);
  Output out(settings);
  const cli::Progress progress = context.show_progress(in.count(), in.size_if_known());
  crypt::decrypt(in, out.sink(), std::move(keys), settings.threads);
  out.finish();
  context.summary(in.count(), out.count());
  return base::Exit::ok;
}

}  // namespace sluice::seal
