#include "s3put_probe.hpp"

#include <unistd.h>

#include "base/text.hpp"
#include "io/fd.hpp"
#include "s3/probe.hpp"

namespace sluice {

namespace {

// Beside the objects that are meant, hidden like unfinished files, and nobody else's.
std::string scratch_key(const StoreUrl& url) {
  const std::string& prefix = url.prefix();
  return prefix.substr(0, prefix.rfind('/') + 1) + ".sluice-probe-" + store::host_name() + "-" +
         std::to_string(::getpid());
}

}  // namespace

bool probe_server(const cli::Context& context) {
  if (!context.args().has("probe")) return false;
  const StoreUrl url = parse_store_url(require_url(context.args()));
  if (url.place.scheme != store::Scheme::s3 || url.place.bucket.empty()) {
    throw cli::usage_error("--probe: needs an s3:// URL with a bucket");
  }
  s3::Client client(store_settings(context));
  std::string text;
  std::string options;
  for (const s3::Finding& finding : s3::probe(client, url.place.bucket, scratch_key(url))) {
    text += finding.ability + ": " + finding.found + "\n";
    if (!finding.option.empty()) options += " " + finding.option;
  }
  text += "options:" + (options.empty() ? " none needed" : options) + "\n";
  io::write_all(STDOUT_FILENO, base::as_bytes(text), "standard output");
  return true;
}

}  // namespace sluice
