#pragma once
// The files ~/.aws/config and ~/.aws/credentials (AWS SDKs and Tools Reference Guide, "Shared
// config and credentials files"). Read once, then a plain value.

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::s3 {

/// One section by key; a nested key of `s3 =` is "s3.addressing_style".
using Section = std::map<std::string, std::string>;

class Profiles {
 public:
  /// The files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name, or those below HOME; a
  /// file that does not exist is empty. Throws: base::Error for one that cannot be read.
  [[nodiscard]] static Profiles load();
  /// From the contents of the two files.
  Profiles(std::string_view config, std::string_view credentials);

  [[nodiscard]] bool has(const std::string& profile) const { return sections_.contains(profile); }
  /// The files' value of `key`; what the credentials file says goes first.
  [[nodiscard]] std::optional<std::string> get(const std::string& profile,
                                               const std::string& key) const;

 private:
  std::map<std::string, Section> sections_;
};

}  // namespace sluice::s3
