#include "s3put_headers.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "s3/sigv4.hpp"

namespace sluice {

namespace {

constexpr std::int64_t kMostDays = 36'500;

// Visible ASCII and blanks: what a header can carry, and a signature covers, without change.
void require_header_value(const char* option, const std::string& value) {
  const bool plain =
      std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (!plain || value != base::trim(value) || value.find("  ") != std::string::npos) {
    throw cli::usage_error(
        "--" + std::string(option) + ": not a value for a header: " + base::printable(value),
        "ASCII, and no two blanks in a row");
  }
}

std::pair<std::string, std::string> name_and_value(const char* option, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw cli::usage_error("--" + std::string(option) +
                           ": not NAME=VALUE: " + base::printable(text));
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void add_metadata(const cli::Args& args, http::Headers& headers) {
  std::set<std::string> names;
  for (const std::string& text : args.values("metadata")) {
    auto [name, value] = name_and_value("metadata", text);
    name = base::lower(name);
    // RFC 9110 §5.6.2: what a header's name is made of.
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~") !=
        std::string::npos) {
      throw cli::usage_error("--metadata: not a name: " + base::printable(name));
    }
    if (!names.insert(name).second) throw cli::usage_error("--metadata: " + name + " twice");
    require_header_value("metadata", value);
    headers.emplace_back("x-amz-meta-" + name, value);
  }
}

void add_tags(const cli::Args& args, http::Headers& headers) {
  std::string tags;
  std::set<std::string> names;
  for (const std::string& text : args.values("tag")) {
    const auto [name, value] = name_and_value("tag", text);
    if (!names.insert(name).second) {
      throw cli::usage_error("--tag: " + base::printable(name) + " twice");
    }
    tags += (tags.empty() ? "" : "&") + s3::percent_encode(name, s3::Slash::encode) + "=" +
            s3::percent_encode(value, s3::Slash::encode);
  }
  if (!tags.empty()) headers.emplace_back("x-amz-tagging", tags);
}

void add_encryption(const cli::Args& args, http::Headers& headers) {
  const std::string header = "x-amz-server-side-encryption";
  const auto kind = args.value("sse");
  if (kind && args.has("sse-c-key")) {
    throw cli::usage_error("--sse and --sse-c-key contradict each other");
  }
  if (kind && kind != "s3" && kind != "kms") {
    throw cli::usage_error("--sse: neither s3 nor kms: " + base::printable(*kind));
  }
  if (kind) headers.emplace_back(header, kind == "s3" ? "AES256" : "aws:kms");
  if (const auto key = args.value("sse-kms-key")) {
    if (kind != "kms") throw cli::usage_error("--sse-kms-key: only with --sse=kms");
    require_header_value("sse-kms-key", *key);
    headers.emplace_back(header + "-aws-kms-key-id", *key);
  }
}

void add_lock(const cli::Args& args, base::Time now, http::Headers& headers) {
  const std::string header = "x-amz-object-lock-";
  const auto mode = args.value("lock");
  if (mode.has_value() != args.has("lock-days")) {
    throw cli::usage_error("--lock and --lock-days belong together");
  }
  if (mode && mode != "governance" && mode != "compliance") {
    throw cli::usage_error("--lock: neither governance nor compliance: " + base::printable(*mode));
  }
  if (mode) {
    const auto days = std::chrono::days(args.number("lock-days", 0, 1, kMostDays));
    headers.emplace_back(header + "mode", mode == "governance" ? "GOVERNANCE" : "COMPLIANCE");
    headers.emplace_back(header + "retain-until-date", base::rfc3339(now + days));
  }
  if (args.has("legal-hold")) headers.emplace_back(header + "legal-hold", "ON");
}

}  // namespace

http::Headers object_headers(const cli::Args& args, base::Time now) {
  http::Headers headers;
  for (const auto& [option, header] : {std::pair{"content-type", "content-type"},
                                       std::pair{"storage-class", "x-amz-storage-class"}}) {
    if (const auto value = args.value(option)) {
      require_header_value(option, *value);
      headers.emplace_back(header, *value);
    }
  }
  add_metadata(args, headers);
  add_tags(args, headers);
  add_encryption(args, headers);
  add_lock(args, now, headers);
  return headers;
}

}  // namespace sluice
