#include "base/glob.hpp"

#include <fnmatch.h>

namespace sluice::base {

bool glob_matches(const std::string& pattern, const std::string& path) {
  const bool whole = pattern.find('/') != std::string::npos;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = path.find('/', begin);
    const std::size_t from = whole ? 0 : begin;
    const std::string part =
        path.substr(from, end == std::string::npos ? std::string::npos : end - from);
    if (::fnmatch(pattern.c_str(), part.c_str(), 0) == 0) return true;
    if (end == std::string::npos) return false;
    begin = end + 1;
  }
}

}  // namespace sluice::base
