#include "base/text.hpp"
#include "pg/restore_ways.hpp"

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

// pg_restore names an entry by its id, "from TOC entry 214; …": the last one it was at.
const TocEntry* entry_in(const std::string& text, const Archive& archive) {
  constexpr std::string_view kSign = "from TOC entry ";
  const std::size_t at = text.rfind(kSign);
  if (at == std::string::npos) return nullptr;
  const std::string_view rest = std::string_view(text).substr(at + kSign.size());
  const auto id = base::parse_number(rest.substr(0, rest.find(';')));
  for (const TocEntry& entry : archive.entries) {
    if (id && static_cast<std::uint64_t>(entry.id) == *id) return &entry;
  }
  return nullptr;
}

}  // namespace

Error pg_restore_error(const Archive& archive, const std::string& text,
                       const io::ChildStatus& status) {
  if (status.signal != 0) return {Exit::temporary, "pg_restore: was " + status.describe()};
  // Before its error it tells, at our wish, what it was doing.
  const std::size_t begin = text.find("pg_restore: error: ");
  if (begin == std::string::npos) {
    return {Exit::data, "pg_restore: ended with " + status.describe()};
  }
  ClientWords words = client_words("pg_restore", text.substr(begin));
  const TocEntry* const entry = entry_in(text, archive);
  if (const std::size_t at = words.error.find("ERROR:  "); at != std::string::npos) {
    words.error.erase(0, at + 8);
  }
  std::string hint = words.detail.substr(0, words.detail.find("Command was:"));
  if (words.error.starts_with("role ") && words.error.ends_with("does not exist")) {
    hint = "create it, or restore with --no-owner --no-privileges";
  }
  return {exit_of_words(words.error, Exit::data),
          (entry == nullptr ? std::string("pg_restore") : entry->describe()) + ": " + words.error,
          std::string(base::trim(hint))};
}

std::vector<std::string> pg_restore_command(const RestoreProgram& program,
                                            const RestoreRequest& request) {
  std::vector<std::string> argv{program.client.path,
                                "--exit-on-error",
                                "--verbose",
                                "--no-password",
                                "-d",
                                program.database.without_password()};
  if (request.part == Part::schema_only) argv.push_back("--schema-only");
  if (request.part == Part::data_only) argv.push_back("--data-only");
  argv.insert(argv.end(), request.options.begin(), request.options.end());
  for (const std::string& schema : request.schemas) argv.push_back("--schema=" + schema);
  for (const std::string& table : request.tables) argv.push_back("--table=" + table);
  return argv;
}

}  // namespace sluice::pg
