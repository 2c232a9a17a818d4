#include "s3/profile.hpp"

#include <unistd.h>

#include "base/text.hpp"
#include "io/fd.hpp"
#include "s3/environment.hpp"

namespace sluice::s3 {

namespace {

bool blank(char c) { return c == ' ' || c == '\t'; }

// "[profile NAME]" and "[default]" in the config file, "[NAME]" in the credentials file; other
// kinds of section ("[sso-session NAME]") keep their first word and match no profile.
std::string profile_name(std::string_view title) {
  constexpr std::string_view kWord = "profile";
  title = base::trim(title);
  if (title.starts_with(kWord) && title.size() > kWord.size() && blank(title[kWord.size()])) {
    title = base::trim(title.substr(kWord.size()));
  }
  return std::string(title);
}

void parse(std::string_view text, std::map<std::string, Section>& sections) {
  Section* section = nullptr;
  std::string parent;
  for (const std::string& line : base::split(text, '\n')) {
    const std::string_view content = base::trim(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    if (content.front() == '[' && content.back() == ']') {
      section = &sections[profile_name(content.substr(1, content.size() - 2))];
      parent.clear();
      continue;
    }
    const std::size_t equals = content.find('=');
    if (section == nullptr || equals == std::string_view::npos) continue;
    const std::string key = base::lower(base::trim(content.substr(0, equals)));
    const std::string value(base::trim(content.substr(equals + 1)));
    const bool nested = blank(line.front()) && !parent.empty();
    if (!nested) parent = value.empty() ? key : std::string();
    if (!value.empty()) (*section)[nested ? parent + "." + key : key] = value;
  }
}

std::string content_of(const char* variable, const char* below_home) {
  auto path = environment(variable);
  const auto home = environment("HOME");
  if (!path && home) path = *home + below_home;
  if (!path || ::access(path->c_str(), F_OK) != 0) return {};
  return io::read_file(*path, 1 << 20);
}

}  // namespace

Profiles Profiles::load() {
  return {content_of("AWS_CONFIG_FILE", "/.aws/config"),
          content_of("AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials")};
}

Profiles::Profiles(std::string_view config, std::string_view credentials) {
  parse(config, sections_);
  parse(credentials, sections_);
}

std::optional<std::string> Profiles::get(const std::string& profile, const std::string& key) const {
  const auto section = sections_.find(profile);
  if (section == sections_.end()) return std::nullopt;
  const auto value = section->second.find(key);
  if (value == section->second.end()) return std::nullopt;
  return value->second;
}

}  // namespace sluice::s3
