#include "pg/psql_program.hpp"

#include <sys/random.h>

#include <array>

#include "base/text.hpp"

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

constexpr char kLeftOpen[] = "a transaction is open at its end";

// psql rolls back what a dump leaves open, and is content. This fails then, for the sentence is no
// number; without a transaction it is null.
std::string require_no_transaction() {
  return "SELECT ('" + std::string(kLeftOpen) +
         ": ' OPERATOR(pg_catalog.||) pg_catalog.txid_current_if_assigned()::pg_catalog.text)"
         "::pg_catalog.int4";
}

std::string random_key() {
  std::array<std::uint8_t, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw Error(Exit::software, "getrandom: failed");
  }
  return base::hex(base::as_text(bytes));
}

// psql got \restrict in minor releases of every major that was alive in August 2025.
bool can_restrict(const Client& psql) {
  const int minor = psql.version % 10000;
  switch (psql.major()) {
    case 13: return minor >= 22;
    case 14: return minor >= 19;
    case 15: return minor >= 14;
    case 16: return minor >= 10;
    case 17: return minor >= 6;
    default: return psql.major() >= 18;
  }
}

}  // namespace

std::vector<std::string> psql_command(const Client& psql, const Conninfo& database,
                                      const Warn& warn) {
  std::vector<std::string> argv{psql.path, "-X",
                                "-q",      "--no-password",
                                "-v",      "ON_ERROR_STOP=1",
                                "-o",      "/dev/null",
                                "-d",      database.without_password()};
  if (can_restrict(psql)) {
    argv.insert(argv.end(), {"-c", "\\restrict " + random_key()});
  } else {
    warn("psql " + std::to_string(psql.major()) + "." + std::to_string(psql.version % 10000) +
         " is too old to keep commands inside a dump from running: update it");
  }
  argv.insert(argv.end(), {"-f", "-", "-c", require_no_transaction()});
  return argv;
}

// "psql:<stdin>:12: ERROR:  what the server says".
Error psql_error(const std::string& name, std::uint64_t lines_before, const std::string& text,
                 const io::ChildStatus& status) {
  if (status.signal != 0) return {Exit::temporary, "psql: was " + status.describe()};
  if (text.find(kLeftOpen) != std::string::npos) {
    return {Exit::data, name + ": " + kLeftOpen + ", so that nothing of it would stay",
            "it begins one, and does not commit it"};
  }
  constexpr std::string_view kPlace = "psql:<stdin>:";
  for (const std::string& line : base::split(text, '\n')) {
    if (!line.starts_with(kPlace)) continue;
    const std::size_t end = line.find(": ", kPlace.size());
    if (end == std::string::npos) continue;
    std::string what = line.substr(end + 2);
    if (what.starts_with("NOTICE:") || what.starts_with("WARNING:")) continue;
    for (const std::string_view kind : {"ERROR:  ", "FATAL:  ", "error: "}) {
      if (what.starts_with(kind)) what.erase(0, kind.size());
    }
    const std::uint64_t number =
        base::parse_number(line.substr(kPlace.size(), end - kPlace.size())).value_or(0);
    const std::string place = name + ", line " + std::to_string(lines_before + number) + ": ";
    if (what.starts_with("backslash commands are restricted")) {
      return {Exit::data, place + "a command to psql inside the dump is refused",
              "such a command could run programs or switch databases"};
    }
    return {exit_of_words(what, Exit::data), place + what};
  }
  const ClientWords words = client_words("psql", text);
  if (words.error.empty()) return {Exit::data, "psql: ended with " + status.describe()};
  return {exit_of_words(words.error, Exit::data), "psql: " + words.error, words.detail};
}

}  // namespace sluice::pg
