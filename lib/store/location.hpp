#pragma once
// The URL of an object, a prefix or a template: s3://bucket/key or file:///path. Plain values.

#include <string>

namespace sluice::store {

enum class Scheme { s3, file };

struct Location {
  Scheme scheme = Scheme::file;
  std::string bucket = {};  ///< of s3, "" for s3:// alone; of file always ""
  std::string path = {};    ///< the key (no slash before it), or the file's absolute path

  /// With braces the path is a template, which may be without fields.
  [[nodiscard]] bool is_template() const { return path.find_first_of("{}") != std::string::npos; }
  /// A prefix names everything below it, never an object.
  [[nodiscard]] bool is_prefix() const { return path.empty() || path.ends_with('/'); }
};

/// Throws: base::Error (usage).
[[nodiscard]] Location parse_url(const std::string& url);

/// The URL of `path` in the same place, with braces doubled: it means that object and no other.
/// Not made printable.
[[nodiscard]] std::string url_of(const Location& place, const std::string& path);

}  // namespace sluice::store
