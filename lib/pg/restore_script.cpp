#include <algorithm>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "pg/psql_program.hpp"
#include "pg/restore_ways.hpp"
#include "pg/sql_lines.hpp"

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

constexpr std::size_t kPiece = 64 << 10;

// The word at the front of psql's arguments; in double quotes, two of them are one.
std::string take_word(std::string_view& text) {
  std::string word;
  text = base::trim(text);
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size() && (quoted || text[at] != ' '); ++at) {
    if (text[at] != '"') {
      word += text[at];
    } else if (quoted && at + 1 < text.size() && text[at + 1] == '"') {
      word += text[at++];
    } else {
      quoted = !quoted;
    }
  }
  text.remove_prefix(at);
  return word;
}

// The database in what pg_dump and pg_dumpall write after \connect: a name, or, where that is no
// simple one, -reuse-previous=on and a connection string. nullopt for all else.
std::optional<std::string> connect_target(std::string_view arguments) {
  std::string word = take_word(arguments);
  const bool is_string = word == "-reuse-previous=on";
  if (is_string) word = take_word(arguments);
  if (word.empty() || !base::trim(arguments).empty()) return std::nullopt;
  const bool looks_like_one =
      word.find('=') != std::string::npos || word.find("://") != std::string::npos;
  if (!is_string) return looks_like_one || word == "-" ? std::nullopt : std::optional(word);
  const Conninfo conninfo({.host = {}, .port = {}, .user = {}, .database = word});
  if (conninfo.settings().size() != 1 || conninfo.value("dbname").empty()) return std::nullopt;
  return conninfo.value("dbname");
}

// A dump of several databases, on its way into one psql after the other: each \connect begins a new
// one, for psql itself must not run commands that the dump has.
class Script {
 public:
  Script(const RestoreRequest& request, const Conninfo& server, std::string name, Warn warn)
      : request_(request), server_(server), name_(std::move(name)), warn_(std::move(warn)) {
    connect(request.target.value("dbname"));
  }

  void take_line(std::string_view line) {
    ++lines_;
    const std::string_view text = base::trim(line);
    for (const std::string_view command : {"\\connect ", "\\c "}) {
      if (text.starts_with(command)) return switch_to(text.substr(command.size()));
    }
    write(base::as_bytes(is_left_out(text) ? "\n" : line));
  }

  void take_rest(base::Bytes bytes) {
    lines_ += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    write(bytes);
  }

  // The stream was whole.
  void finish() {
    flush();
    feed_->finish();
  }

  [[nodiscard]] const std::set<std::string>& databases() const { return databases_; }

 private:
  // What pg_dump writes around a \connect, for a psql that goes on.
  static bool is_left_out(std::string_view line) {
    return line.starts_with("\\restrict ") || line.starts_with("\\unrestrict ") ||
           line == "\\encoding SQL_ASCII";
  }

  void switch_to(std::string_view arguments) {
    const auto database = connect_target(arguments);
    if (!database) {
      throw Error(Exit::data,
                  name_ + ", line " + std::to_string(lines_) +
                      ": a \\connect that names more than a database is refused",
                  "the whole dump goes to one server");
    }
    finish();
    connect(*database);
  }

  void connect(const std::string& database) {
    const Conninfo conninfo = server_.with("dbname", database);
    const int major = Connection(conninfo, request_.program).major();
    const Client psql = find_client("psql", major, {}, warn_);
    feed_.emplace(psql_command(psql, conninfo, warn_), conninfo.environment(), kSqlTail,
                  EarlyEnd::refused,
                  [this, before = lines_](const std::string& text, const io::ChildStatus& status) {
                    return psql_error(name_, before, text, status);
                  });
    databases_.insert(database);
  }

  void write(base::Bytes bytes) {
    if (bytes.size() > piece_.space().size()) flush();
    if (bytes.size() > piece_.space().size()) return feed_->write(bytes);
    piece_.append(bytes);
  }

  void flush() {
    feed_->write(piece_.bytes());
    piece_.clear();
  }

  const RestoreRequest& request_;
  const Conninfo server_;
  const std::string name_;
  const Warn warn_;
  std::optional<Feed> feed_;
  base::Buffer piece_{kPiece};
  std::uint64_t lines_ = 0;
  std::set<std::string> databases_;
};

}  // namespace

void restore_script(const RestoreRequest& request, DumpStream& dump, const Listener& listener) {
  const Warn& warn = listener.warn;
  listener.tally.begin("SQL");
  require_as_it_is(request, dump);
  const Conninfo server = Connection(request.target, request.program).conninfo();
  Script script(request, server, dump.name(), warn);
  SqlLines lines([&](std::string_view line) { script.take_line(line); },
                 [&](base::Bytes rest) { script.take_rest(rest); });
  try {
    base::Buffer buffer(256 << 10);
    while (const std::size_t count = dump.read(buffer.space())) {
      lines.append({buffer.data(), count});
    }
    lines.finish();
    dump.input().require_whole();
    script.finish();
  } catch (const Error&) {
    warn("what the dump did so far stays done");
    throw;
  }
  if (!request.analyze) return;
  listener.tally.begin("statistics");
  for (const std::string& database : script.databases()) {
    analyze(server.with("dbname", database), request.program, Committed::yes, warn);
  }
}

}  // namespace sluice::pg
