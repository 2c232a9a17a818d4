#include "s3put_followup.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <functional>

#include "base/text.hpp"
#include "io/atomic_file.hpp"
#include "io/fd.hpp"
#include "io/link.hpp"
#include "s3put_receipt.hpp"
#include "store/backups.hpp"

namespace sluice {

using base::Error;
using base::Exit;

namespace {

void write_receipt(io::AtomicFile* file, const std::string& line) {
  if (file == nullptr) {
    return io::write_all(STDOUT_FILENO, base::as_bytes(line), "standard output");
  }
  file->write(base::as_bytes(line));
  file->finish();
}

void write_manifest(store::Store& store, const std::string& key, const std::string& line,
                    const store::WriteOptions& options, const store::Receipt& receipt) {
  const std::string name = key + store::kManifestEnding;
  // The same object again: its manifest, if it has one, says so already.
  if (receipt.existed && store.find(name)) return;
  store::WriteOptions json = options;
  std::erase_if(json.headers, [](const auto& header) { return header.first == "content-type"; });
  json.headers.emplace_back("content-type", "application/json");
  const auto writer = store.write(name, json);
  writer->write(base::as_bytes(line));
  writer->finish();
}

// Links lie where the names of the template begin to differ, so that they need not move.
std::string link_path(const StoreUrl& url, const std::string& key, const std::string& name) {
  if (url.place.scheme != store::Scheme::file) {
    throw cli::usage_error("--latest-link: only a file:// URL can have one");
  }
  if (name.find('/') != std::string::npos || name == "." || name == ".." ||
      name.starts_with(io::kTemporaryPrefix)) {
    throw cli::usage_error("--latest-link: not the name of a link: " + base::printable(name),
                           "it lies beside the object: write a name without /");
  }
  const std::string& prefix = url.prefix();
  std::string path = prefix.substr(0, prefix.rfind('/') + 1) + name;
  if (path == key || path == key + store::kManifestEnding) {
    throw cli::usage_error("--latest-link: the name is the object's own");
  }
  return path;
}

}  // namespace

std::vector<cli::Option> with_followup_options(std::vector<cli::Option> own) {
  const std::vector<cli::Option> added{
      {0, "receipt", "FILE", "write what was stored as a line of JSON; - is standard output"},
      {0, "sha256", nullptr, "have the receipt and the manifest tell the whole stream's SHA-256"},
      {0, "manifest", nullptr, "store the receipt as well, beside the object as KEY.json"},
      {0, "latest-link", "NAME", "then make this symbolic link point to the file (file:// only)"},
  };
  own.insert(own.end(), added.begin(), added.end());
  return own;
}

FollowUp followup_from(const cli::Args& args, const StoreUrl& url, const std::string& key,
                       const store::WriteOptions& object) {
  FollowUp followup{
      .receipt = args.value("receipt").value_or(""),
      .sha256 = args.has("sha256"),
      .manifest = args.has("manifest"),
      .for_manifest = {
          .if_exists = object.if_exists, .headers = object.headers, .checksum = object.checksum}};
  if (followup.sha256 && followup.receipt.empty() && !followup.manifest) {
    throw cli::usage_error("--sha256: needs --receipt or --manifest to be told in");
  }
  require_receipt_apart(followup.receipt, url, key, args);
  if (const auto name = args.value("latest-link")) {
    followup.link = link_path(url, key, *name);
    io::require_movable_link(followup.link);
  }
  return followup;
}

void begin_receipt(FollowUp& followup) {
  if (followup.receipt.empty()) return;
  if (followup.receipt != "-") {
    followup.receipt_file =
        std::make_unique<io::AtomicFile>(followup.receipt, io::IfExists::replace);
    return;
  }
  const int flags = ::fcntl(STDOUT_FILENO, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) {
    throw Error(Exit::io, "standard output: cannot be written, but --receipt asks for it");
  }
}

void follow_up(const FollowUp& followup, store::Store& store, const store::Location& place,
               const std::string& key, const store::Receipt& receipt, double seconds) {
  const std::string url = store::url_of(place, key);
  const std::string line = receipt_json(url, receipt, followup.sha256, seconds);
  const auto step = [&](const std::string& what, const std::function<void()>& act) {
    try {
      act();
    } catch (const Error& error) {
      throw Error(error.status(),
                  base::printable(url) + ": is stored, but not its " + what + ": " + error.what(),
                  error.hint());
    }
  };
  if (!followup.receipt.empty())
    step("receipt", [&] { write_receipt(followup.receipt_file.get(), line); });
  if (followup.manifest) {
    step("manifest", [&] { write_manifest(store, key, line, followup.for_manifest, receipt); });
  }
  if (!followup.link.empty()) {
    const std::size_t directory = followup.link.rfind('/') + 1;
    step("link", [&] { io::move_link(followup.link, key.substr(directory)); });
  }
}

}  // namespace sluice
