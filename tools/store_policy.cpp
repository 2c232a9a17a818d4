#include "store_policy.hpp"

#include <unistd.h>

#include <utility>

#include "io/fd.hpp"

namespace sluice {

namespace {

std::vector<s3::Grant> grants_on(const store::Location& place, const std::string& key,
                                 s3::Reach reach, std::initializer_list<s3::Deed> deeds) {
  std::vector<s3::Grant> grants;
  if (place.scheme != store::Scheme::s3) return grants;
  if (place.bucket.empty()) return {{s3::Deed::list_buckets}};
  for (const s3::Deed deed : deeds) grants.push_back({deed, place.bucket, key, reach});
  return grants;
}

}  // namespace

std::vector<s3::Grant> grants_for(const StoreUrl& url, std::initializer_list<s3::Deed> deeds) {
  return grants_on(url.place, url.prefix(), url.names_many() ? s3::Reach::prefix : s3::Reach::exact,
                   deeds);
}

std::vector<s3::Grant> grants_for(const store::Location& tree,
                                  std::initializer_list<s3::Deed> deeds) {
  return grants_on(tree, tree.path, s3::Reach::prefix, deeds);
}

void append(std::vector<s3::Grant>& grants, std::vector<s3::Grant> more) {
  for (s3::Grant& grant : more) grants.push_back(std::move(grant));
}

bool print_policy(const cli::Args& args, const std::vector<s3::Grant>& grants) {
  if (!args.has("print-policy")) return false;
  if (grants.empty()) throw cli::usage_error("--print-policy: needs an s3:// URL");
  io::write_all(STDOUT_FILENO, base::as_bytes(s3::policy_json(grants)), "standard output");
  return true;
}

}  // namespace sluice
