#include "pg/sqlstate.hpp"

#include <algorithm>
#include <cctype>

namespace sluice::pg {

using base::Exit;

base::Exit exit_of(std::string_view sqlstate, base::Exit otherwise) {
  const std::string_view error_class = sqlstate.substr(0, 2);
  if (sqlstate == kNoSuchDatabase) return Exit::missing;
  if (sqlstate == kInsufficientPrivilege || sqlstate == kReadOnly) return Exit::permission;
  if (error_class == "28") return Exit::config;  // invalid authorization
  // Connection, resources, operator intervention, transaction rollback, object in use or locked.
  for (const std::string_view temporary : {"08", "53", "57", "40", "55"}) {
    if (error_class == temporary) return Exit::temporary;
  }
  if (error_class == "0A") return Exit::unavailable;  // feature not supported
  return otherwise;
}

std::string sqlstate_in(std::string_view message) {
  const auto is_code = [](std::string_view text) {
    return text.size() == 5 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
             return std::isdigit(c) != 0 || (c >= 'A' && c <= 'Z');
           });
  };
  // The severity before the code may be translated; the two spaces and the colon are not.
  std::size_t at = message.size();
  while ((at = message.rfind(":  ", at)) != std::string_view::npos) {
    const std::string_view code = message.substr(at + 3, 5);
    if (is_code(code) && message.substr(at + 8).starts_with(':')) return std::string(code);
    if (at == 0) break;
    --at;
  }
  return {};
}

}  // namespace sluice::pg
