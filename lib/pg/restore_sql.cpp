#include <algorithm>

#include "base/text.hpp"
#include "pg/psql_program.hpp"
#include "pg/restore_ways.hpp"

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

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

void require_as_it_is(const RestoreRequest& request, const DumpStream& dump) {
  if (!request.selective() && request.part == Part::all && request.options.empty()) return;
  throw Error(Exit::usage, dump.name() + ": plain SQL is restored as it is, or not at all",
              "parts can be chosen from an archive: pgdump-stream -F c");
}

void restore_sql(const RestoreRequest& request, Target& target, DumpStream& dump,
                 const Listener& listener) {
  const Warn& warn = listener.warn;
  require_as_it_is(request, dump);
  dump.require_one_database();
  const Client psql = find_client("psql", target.control().major(), {}, warn);
  require_no_additions(request, target);
  Sibling sibling(target,
                  target.state() == TargetState::missing
                      ? " WITH TEMPLATE = template0"
                      : create_options_like(target.control(), target.name()),
                  warn);
  const Conninfo database = target.way_to(sibling.name());
  Feed feed(psql_command(psql, database, warn), database.environment(), kSqlTail, EarlyEnd::refused,
            [&](const std::string& text, const io::ChildStatus& status) {
              return psql_error(dump.name(), 0, text, status);
            });
  listener.tally.begin("SQL");
  feed_sql(dump, feed);
  feed.finish();
  listener.tally.begin("statistics");
  if (request.analyze) analyze(database, request.program, Committed::not_yet, warn);
  listener.tally.begin("swap");
  sibling.become_target(request.swap, warn);
}

}  // namespace sluice::pg
