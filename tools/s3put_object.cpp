#include "s3put_object.hpp"

#include "base/text.hpp"
#include "s3/checksum.hpp"
#include "s3put_headers.hpp"

namespace sluice {

namespace {

const std::vector<cli::Option>& object_options() {
  static const std::vector<cli::Option> options{
      {0, "content-type", "TYPE", "what a browser would take it for"},
      {0, "metadata", "NAME=VALUE", "keep this with the object", cli::Times::many},
      {0, "tag", "NAME=VALUE", "tag the object", cli::Times::many},
      {0, "storage-class", "CLASS", "like STANDARD_IA or GLACIER_IR"},
      {0, "checksum", "KIND", "crc32c or crc64nvme, for the server to verify and keep (none)"},
      {0, "sse", "s3|kms", "let the server encrypt with its key, or a key of its KMS"},
      {0, "sse-kms-key", "ID", "which key of the KMS (default: the account's own)"},
      {0, "lock", "MODE", "governance or compliance: nobody deletes it before --lock-days"},
      {0, "lock-days", "N", "how long --lock holds"},
      {0, "legal-hold", nullptr, "nobody deletes it until the hold is taken away"},
  };
  return options;
}

void require_bucket(const cli::Args& args, const store::Location& place) {
  for (const cli::Option& option : object_options()) {
    if (place.scheme == store::Scheme::file && args.has(option.key())) {
      throw cli::usage_error("--" + option.key() + ": only an s3:// URL can have it");
    }
  }
}

s3::Checksum checksum_from(const cli::Args& args) {
  const std::string name = args.value("checksum").value_or("none");
  const auto kind = s3::parse_checksum(name);
  if (!kind) {
    throw cli::usage_error("--checksum: " + base::printable(name), "crc32c, crc64nvme or none");
  }
  return *kind;
}

}  // namespace

std::vector<cli::Option> with_object_options(std::vector<cli::Option> own) {
  const std::vector<cli::Option> writing{
      {0, "if-absent", nullptr, "never replace an object (what a template implies)"},
      {0, "overwrite", nullptr, "replace an object even where a template names it"},
      {0, "expect-size", "SIZE", "plan the parts for a stream of this length"},
      {0, "part-size", "SIZE", "send equal parts of this size"},
      {0, "max-parts", "N", "parts that the server allows (default 10000)"},
  };
  own.insert(own.end(), writing.begin(), writing.end());
  own.insert(own.end(), object_options().begin(), object_options().end());
  own.push_back(customer_key_option());
  return own;
}

store::WriteOptions write_options(const cli::Args& args, const StoreUrl& url, base::Time now) {
  if (args.has("if-absent") && args.has("overwrite")) {
    throw cli::usage_error("--if-absent and --overwrite contradict each other");
  }
  const bool absent = args.has("if-absent") || (url.pattern && !args.has("overwrite"));
  store::WriteOptions options;
  options.if_exists = absent ? io::IfExists::refuse : io::IfExists::replace;
  require_bucket(args, url.place);
  options.headers = object_headers(args, now);
  options.checksum = checksum_from(args);
  options.sha256 = args.has("sha256");
  options.expected_size = args.size("expect-size");
  options.part_size = args.size("part-size");
  options.max_parts = args.number("max-parts", options.max_parts, 1, 1'000'000);
  return options;
}

std::string options_for_some_servers(const cli::Args& args) {
  std::string given;
  for (const char* option : {"tag", "storage-class", "checksum", "sse", "lock", "legal-hold"}) {
    if (args.has(option)) given += std::string(given.empty() ? "--" : ", --") + option;
  }
  return given;
}

}  // namespace sluice
