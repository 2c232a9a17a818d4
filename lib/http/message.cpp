#include "http/message.hpp"

#include <ctime>

#include "base/text.hpp"

namespace sluice::http {

std::optional<std::string> find_header(const Headers& headers, std::string_view name) {
  const std::string wanted = base::lower(name);
  for (const auto& [key, value] : headers) {
    if (base::lower(key) == wanted) return value;
  }
  return std::nullopt;
}

std::optional<base::Time> parse_date(const std::string& text) {
  std::tm fields{};
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &fields);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return base::Time(std::chrono::seconds(::timegm(&fields)));
}

}  // namespace sluice::http
