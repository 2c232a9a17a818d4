#include <sys/random.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "pg/restore_ways.hpp"

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

constexpr std::size_t kTailSize = 256;  // has the \unrestrict line of a dump

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

// The \restrict line of a dump, among the comments it begins with; "" when it has none. Under our
// own restriction it would be refused like any other command.
std::string restrict_line(std::string_view head) {
  for (const std::string& line : base::split(head, '\n')) {
    if (line.starts_with("\\restrict ")) return line;
    if (!line.empty() && !line.starts_with("--")) break;
  }
  return {};
}

void erase(std::vector<std::uint8_t>& bytes, const std::string& part) {
  const auto at = std::search(bytes.begin(), bytes.end(), part.begin(), part.end());
  if (at != bytes.end()) bytes.erase(at, at + static_cast<std::ptrdiff_t>(part.size()));
}

// "psql:<stdin>:12: ERROR:  what the server says".
Error psql_error(const std::string& name, const std::string& text, const io::ChildStatus& status) {
  if (status.signal != 0) return {Exit::temporary, "psql: was " + status.describe()};
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
    const std::string place =
        name + ", line " + line.substr(kPlace.size(), end - kPlace.size()) + ": ";
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

std::vector<std::string> command(const Client& psql, const RestoreRequest& request,
                                 const Conninfo& database, const Warn& warn) {
  std::vector<std::string> argv{psql.path, "-X",
                                "-q",      "--no-password",
                                "-v",      "ON_ERROR_STOP=1",
                                "-o",      "/dev/null",
                                "-d",      database.without_password()};
  argv.insert(argv.end(), request.options.begin(), request.options.end());
  if (can_restrict(psql)) {
    argv.insert(argv.end(), {"-c", "\\restrict " + random_key()});
  } else {
    warn("psql " + std::to_string(psql.major()) + "." + std::to_string(psql.version % 10000) +
         " is too old to keep commands inside a dump from running: update it");
  }
  argv.insert(argv.end(), {"-f", "-"});
  return argv;
}

// Passes the dump on, but for its own \restrict and \unrestrict; returns at the end of a whole one.
void feed_sql(DumpStream& dump, Feed& feed) {
  const std::string line = restrict_line(dump.head());
  const std::size_t at = line.empty() ? std::string::npos : dump.head().find(line);
  base::Buffer buffer(256 << 10);
  std::size_t offset = 0;
  while (const std::size_t count = dump.read(buffer.space())) {
    const base::Bytes piece(buffer.data(), count);
    if (offset == 0 && at != std::string::npos) {  // the first piece is the head
      feed.write(piece.first(at));
      feed.write(piece.subspan(at + line.size()));
    } else {
      feed.write(piece);
    }
    offset += count;
  }
  dump.input().require_whole();
  if (!line.empty()) erase(feed.held(), "\\un" + line.substr(1));
}

}  // namespace

void restore_sql(const RestoreRequest& request, Target& target, DumpStream& dump,
                 const Warn& warn) {
  if (request.selective() || request.part != Part::all || !request.options.empty()) {
    throw Error(Exit::usage, dump.name() + ": plain SQL is restored as it is, or not at all",
                "parts can be chosen from an archive: pgdump-stream -F c");
  }
  dump.require_one_database();
  const Client psql = find_client("psql", target.control().major(), {}, warn);
  require_no_additions(request, target);
  Sibling sibling(target,
                  target.state() == TargetState::missing
                      ? " WITH TEMPLATE = template0"
                      : create_options_like(target.control(), target.name()),
                  warn);
  const Conninfo database = target.way_to(sibling.name());
  Feed feed(command(psql, request, database, warn), database.environment(), kTailSize,
            EarlyEnd::refused, [&](const std::string& text, const io::ChildStatus& status) {
              return psql_error(dump.name(), text, status);
            });
  feed_sql(dump, feed);
  feed.finish();
  if (request.analyze) analyze(database, request.program, Committed::not_yet, warn);
  sibling.become_target(request.swap, warn);
}

}  // namespace sluice::pg
