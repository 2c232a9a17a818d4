#include "s3put_receipt.hpp"

#include <array>
#include <cstdio>
#include <filesystem>

#include "base/text.hpp"
#include "base/time.hpp"
#include "store/backups.hpp"

namespace sluice {

namespace {

std::filesystem::path place_of(const std::string& name) {
  std::error_code unknown;
  return std::filesystem::weakly_canonical(std::filesystem::absolute(name, unknown), unknown);
}

}  // namespace

std::string receipt_json(const std::string& url, const store::Receipt& receipt, bool with_sha256,
                         double seconds) {
  std::string parts;
  for (const std::uint64_t size : receipt.part_sizes) {
    parts += (parts.empty() ? "" : ",") + std::to_string(size);
  }
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), "%.3f", seconds);
  return "{\"url\":" + base::json_quote(url) + ",\"size\":" + std::to_string(receipt.size) +
         ",\"time\":\"" + base::rfc3339(base::now()) + "\"" +
         (!with_sha256 ? "" : ",\"sha256\":\"" + receipt.sha256 + "\"") +
         ",\"digest\":\"sha256-of-parts:" + receipt.digest + "\",\"parts\":[" + parts +
         "],\"etag\":" + base::json_quote(receipt.etag) +
         ",\"version\":" + base::json_quote(receipt.version) +
         ",\"existed\":" + (receipt.existed ? "true" : "false") + ",\"seconds\":" + time.data() +
         "}\n";
}

void require_receipt_apart(const std::string& receipt, const StoreUrl& url, const std::string& key,
                           const cli::Args& args) {
  if (receipt.empty() || receipt == "-") return;
  std::vector<std::string> others = args.operands();
  if (url.place.scheme == store::Scheme::file) {
    others.push_back(key);
    others.push_back(key + store::kManifestEnding);
  }
  for (const std::string& other : others) {
    if (place_of(receipt) != place_of(other)) continue;
    throw cli::usage_error(
        "--receipt: " + base::printable(receipt) + " is the object, its manifest or the input",
        "name another file");
  }
}

}  // namespace sluice
