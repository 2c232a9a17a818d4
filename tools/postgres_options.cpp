#include "postgres_options.hpp"

#include <cstdlib>

#include "io/fd.hpp"

namespace sluice {

pg::Where where_from(const cli::Args& args, const std::string& database) {
  return {args.value("host").value_or(""), args.value("port").value_or(""),
          args.value("username").value_or(""), database};
}

void take_password_file() {
  const char* const path = std::getenv("PGPASSWORD_FILE");
  if (path == nullptr || std::getenv("PGPASSWORD") != nullptr) return;
  const std::string text = io::read_file(path, 64 << 10);
  ::setenv("PGPASSWORD", text.substr(0, text.find_first_of("\r\n")).c_str(), 1);
}

}  // namespace sluice
