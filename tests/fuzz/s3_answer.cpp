// Fuzzes what reads a server's XML: whatever the bytes are, an answer or base::Error, nothing else;
// and a page that says it goes on says where.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "s3/answer.hpp"

namespace {

template <class Parse>
void try_to(Parse parse) {
  try {
    parse();
  } catch (const sluice::base::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::s3;
  const std::string body(reinterpret_cast<const char*>(data), size);
  (void)parse_error(body);  // never throws
  try_to([&] { (void)parse_object_page(body); });
  try_to([&] { (void)parse_version_page(body); });
  try_to([&] { (void)parse_upload_page(body); });
  try_to([&] { (void)parse_buckets(body); });
  try_to([&] {
    if (parse_upload_id(body).empty()) std::abort();
  });
  try_to([&] { (void)parse_complete(body); });
  try_to([&] { (void)parse_delete_failures(body); });
  try_to([&] { (void)parse_versioning(body); });
  try_to([&] {
    const Credentials credentials = parse_sts_credentials(body);
    if (credentials.access_key.empty() || credentials.secret_key.empty()) std::abort();
  });
  return 0;
}
