#include "store_options.hpp"

#include <utility>

#include "base/text.hpp"
#include "digest/hash.hpp"
#include "io/fd.hpp"
#include "s3/customer_key.hpp"

namespace sluice {

namespace {

constexpr std::size_t kLeastMemory = 16 << 20;
constexpr std::size_t kLongestKeyFile = 4096;

}  // namespace

std::vector<cli::Option> with_store_options(std::vector<cli::Option> own) {
  const std::vector<cli::Option> shared{
      {0, "endpoint", "URL", "the S3 server (default AWS_ENDPOINT_URL_S3, or AWS)"},
      {0, "region", "NAME", "the region to sign for (default AWS_REGION, or what the server says)"},
      {0, "profile", "NAME", "a profile of ~/.aws/config (default AWS_PROFILE)"},
      {0, "ca-bundle", "FILE", "trust these certificates (default AWS_CA_BUNDLE)"},
      {0, "insecure-http", nullptr, "allow plain http to public hosts"},
      {0, "timeout", "DURATION", "give up when it all takes longer"},
      {0, "retries", "N", "tries after the first, for each request (default 8)"},
      {0, "limit-rate", "SIZE", "bytes a second, for all connections together"},
      {0, "memory", "SIZE", "for all buffers (default 64M)"},
      {0, "print-policy", nullptr, "print the IAM policy that this needs, and do nothing"},
  };
  own.insert(own.end(), shared.begin(), shared.end());
  return own;
}

s3::Settings store_settings(const cli::Context& context) {
  const cli::Args& args = context.args();
  s3::Settings settings;
  settings.endpoint = args.value("endpoint");
  settings.region = args.value("region");
  settings.profile = args.value("profile");
  settings.ca_bundle = args.value("ca-bundle");
  if (args.has("insecure-http")) settings.plain_http = s3::PlainHttp::anywhere;
  if (const auto timeout = args.duration("timeout")) {
    settings.timeout = std::chrono::seconds(*timeout);
  }
  settings.retries = static_cast<unsigned>(args.number("retries", settings.retries, 0, 1000));
  settings.limit_rate = args.size("limit-rate").value_or(0);
  settings.memory = args.size("memory").value_or(settings.memory);
  if (settings.memory < kLeastMemory) {
    throw cli::usage_error("--memory: less than " + base::human_size(kLeastMemory));
  }
  settings.warn = [&log = context.log()](std::string_view message) { log.warning(message); };
  return settings;
}

cli::Option customer_key_option() {
  return {0, "sse-c-key", "FILE", "the key of 32 bytes that the server encrypts it with (SSE-C)"};
}

http::Headers customer_key(const cli::Args& args) {
  const auto path = args.value("sse-c-key");
  if (!path) return {};
  for (const std::string& url : args.operands()) {
    if (url.starts_with("file:")) {
      throw cli::usage_error("--sse-c-key: only an s3:// URL can have it");
    }
  }
  const std::string content = io::read_file(*path, kLongestKeyFile);
  if (content.size() == s3::kCustomerKeySize) return s3::customer_key_headers(content);
  const auto key = digest::from_base64(base::trim(content));
  if (!key || key->size() != s3::kCustomerKeySize) {
    throw base::Error(base::Exit::config,
                      base::printable(*path) + ": not a key of 32 bytes, raw or in base64",
                      "openssl rand -base64 32 makes one");
  }
  return s3::customer_key_headers(*key);
}

const std::string& StoreUrl::prefix() const { return pattern ? pattern->prefix() : place.path; }

bool StoreUrl::may_become(const store::Incomplete& incomplete) const {
  if (!pattern || place.scheme == store::Scheme::file) return true;
  return pattern->match(incomplete.key).has_value();
}

StoreUrl parse_store_url(const std::string& url) {
  StoreUrl parsed{store::parse_url(url), std::nullopt};
  if (parsed.place.is_template()) {
    store::Template pattern(parsed.place.path, store::host_name());
    if (pattern.is_literal()) {
      parsed.place.path = pattern.write({});
    } else {
      parsed.pattern = std::move(pattern);
    }
  }
  return parsed;
}

std::optional<base::Time> time_at(const cli::Args& args) {
  const auto text = args.value("at");
  if (!text) return std::nullopt;
  const auto time = base::parse_time(*text);
  if (time) return time;
  throw cli::usage_error("--at: not a time: " + base::printable(*text),
                         "write 2023-10-05T12:00:00Z");
}

std::string require_url(const cli::Args& args) {
  if (args.operands().empty()) {
    throw cli::usage_error("a URL is missing", "write s3://BUCKET/KEY or file:///PATH");
  }
  return args.operands().front();
}

}  // namespace sluice
