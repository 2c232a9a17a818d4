#include "s3put_receipt.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>

#include "base/text.hpp"
#include "base/time.hpp"
#include "io/atomic_file.hpp"

namespace sluice {

std::string receipt_json(const std::string& url, const store::Receipt& receipt, double seconds) {
  std::string parts;
  for (const std::uint64_t size : receipt.part_sizes) {
    parts += (parts.empty() ? "" : ",") + std::to_string(size);
  }
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), "%.3f", seconds);
  return "{\"url\":" + base::json_quote(url) + ",\"size\":" + std::to_string(receipt.size) +
         ",\"time\":\"" + base::rfc3339(base::now()) + "\"" +
         ",\"digest\":\"sha256-of-parts:" + receipt.digest + "\",\"parts\":[" + parts +
         "],\"etag\":" + base::json_quote(receipt.etag) +
         ",\"version\":" + base::json_quote(receipt.version) +
         ",\"existed\":" + (receipt.existed ? "true" : "false") + ",\"seconds\":" + time.data() +
         "}\n";
}

void report_receipt(const std::string& path, const std::string& url, const store::Receipt& receipt,
                    double seconds) {
  if (path.empty()) return;
  const std::string line = receipt_json(url, receipt, seconds);
  if (path == "-") return io::write_all(STDOUT_FILENO, base::as_bytes(line), "standard output");
  io::AtomicFile file(path, io::IfExists::replace);
  file.write(base::as_bytes(line));
  file.finish();
}

}  // namespace sluice
