#include "store/location.hpp"

#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sluice::store {

namespace {

constexpr std::string_view kS3 = "s3://";
constexpr std::string_view kFile = "file://";

base::Error bad_url(const std::string& url, const std::string& reason, const std::string& hint) {
  return {base::Exit::usage, base::printable(url) + ": " + reason, hint};
}

}  // namespace

Location parse_url(const std::string& url) {
  if (url.find('\0') != std::string::npos) throw bad_url(url, "holds a null byte", "");
  if (url.starts_with(kS3)) {
    const std::string rest = url.substr(kS3.size());
    const std::size_t slash = rest.find('/');
    Location place{Scheme::s3, rest.substr(0, slash),
                   slash == std::string::npos ? "" : rest.substr(slash + 1)};
    if (place.bucket.empty() && !rest.empty())
      throw bad_url(url, "names no bucket", "write s3://BUCKET/KEY");
    if (place.bucket.find_first_of("{}") != std::string::npos)
      throw bad_url(url, "a bucket's name holds no template fields", "");
    return place;
  }
  if (url.starts_with(kFile)) {
    const std::string path = url.substr(kFile.size());
    if (!path.starts_with('/'))
      throw bad_url(url, "the path is not absolute", "write file:///PATH, with three slashes");
    return {Scheme::file, "", path};
  }
  throw bad_url(url, "neither an s3:// nor a file:// URL", "write s3://BUCKET/KEY or file:///PATH");
}

std::string url_of(const Location& place, const std::string& path) {
  std::string url(place.scheme == Scheme::file ? kFile : kS3);
  if (place.scheme == Scheme::s3) url += place.bucket + "/";
  for (const char c : path) url += c == '{' || c == '}' ? std::string(2, c) : std::string(1, c);
  return url;
}

}  // namespace sluice::store
