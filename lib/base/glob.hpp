#pragma once
// Glob patterns for names, as fnmatch(3) reads them: * ? [a-z] \\, where * matches / too.

#include <string>

namespace sluice::base {

/// A pattern without "/" is tried on each component of `path`, one with "/" on the whole path and
/// on each directory above it: what matches a directory matches all that is below.
[[nodiscard]] bool glob_matches(const std::string& pattern, const std::string& path);

}  // namespace sluice::base
