#include "io/environment.hpp"

#include <cstdlib>

#include "base/error.hpp"
#include "base/text.hpp"
#include "io/fd.hpp"

namespace sluice::io {

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  const std::string_view text = base::trim(value);
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

std::optional<std::string> secret_from_environment(const char* name) {
  const std::string file_variable = std::string(name) + "_FILE";
  const auto value = environment(name);
  const auto path = environment(file_variable.c_str());
  if (!path) return value;
  if (value) {
    throw base::Error(base::Exit::config,
                      std::string(name) + ": set twice, once by " + file_variable,
                      "unset one of the two");
  }
  const std::string content = read_file(*path, 64 << 10);
  const std::string_view text = base::trim(content);
  if (text.empty()) {
    throw base::Error(base::Exit::config, base::printable(*path) + ": empty",
                      "it is what " + file_variable + " names");
  }
  return std::string(text);
}

}  // namespace sluice::io
