#include <algorithm>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "pg/restore_ways.hpp"

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

// Without these pg_restore can finish neither the last data block nor the table of contents.
constexpr std::size_t kHoldBack = 64;

// The archive's bytes: kept until there is somebody to feed, then fed.
class Echo {
 public:
  void write(base::Bytes bytes) {
    if (feed_ != nullptr) {
      feed_->write(bytes);
    } else {
      kept_.insert(kept_.end(), bytes.begin(), bytes.end());
    }
  }

  void start(Feed& feed) {
    feed_ = &feed;
    feed.write(kept_);
    kept_ = {};
  }

 private:
  std::vector<std::uint8_t> kept_;
  Feed* feed_ = nullptr;
};

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

Error restore_error(const Archive& archive, const std::string& text,
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

void require_owners(const Archive& archive, const RestoreRequest& request, Target& target) {
  if (!request.owners || request.selective()) return;
  std::set<std::string> owners;
  for (const TocEntry& entry : archive.entries) {
    if (entry.desc != "DATABASE" && !entry.owner.empty()) owners.insert(entry.owner);
  }
  std::string array = "ARRAY[";
  for (const std::string& owner : owners) {
    array += (array.ends_with('[') ? "" : ",") + quote_literal(owner);
  }
  const Rows rows = target.control().query(
      "SELECT string_agg(r, ', ') FROM unnest(" + array +
      "]::text[]) r WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r)");
  if (rows.is_null(0, 0)) return;
  throw Error(Exit::missing,
              "role " + rows.text(0, 0) + ": owns objects of the dump, but does " +
                  "not exist at " + target.control().server(),
              "create it, or restore with --no-owner --no-privileges");
}

// What follows the name in the archive's own CREATE DATABASE.
std::string create_options(const Archive& archive, const RestoreRequest& request, Target& target) {
  if (target.state() != TargetState::missing) {
    return create_options_like(target.control(), target.name());
  }
  const std::string like_any = " WITH TEMPLATE = template0";
  const TocEntry* const database = archive.find("DATABASE");
  if (database == nullptr) return like_any;
  const std::size_t at = database->definition.rfind(like_any);
  if (at == std::string::npos) return like_any;
  std::string options = database->definition.substr(at, database->definition.rfind(';') - at);
  if (request.owners) options += " OWNER = " + quote_identifier(database->owner);
  return options;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Is it what pg_restore's -t looks at?
bool is_relation(const TocEntry& entry) {
  for (const std::string_view desc :
       {"TABLE", "TABLE DATA", "VIEW", "FOREIGN TABLE", "MATERIALIZED VIEW",
        "MATERIALIZED VIEW DATA", "SEQUENCE", "SEQUENCE SET"}) {
    if (entry.desc == desc) return true;
  }
  return false;
}

// To pg_restore a name that nothing has is a success.
void require_selected(const Archive& archive, const RestoreRequest& request,
                      const std::string& dump) {
  const auto require = [&](const std::string& object, auto&& is_it) {
    if (std::any_of(archive.entries.begin(), archive.entries.end(), is_it)) return;
    throw Error(Exit::missing, dump + ": has no " + object, "--list shows what it has");
  };
  for (const std::string& schema : request.schemas) {
    require("schema " + schema, [&](const TocEntry& entry) {
      return entry.schema == schema || (entry.desc == "SCHEMA" && entry.tag == schema);
    });
  }
  for (const std::string& table : request.tables) {
    require("table " + table, [&](const TocEntry& entry) {
      return is_relation(entry) && entry.tag == table &&
             (request.schemas.empty() || contains(request.schemas, entry.schema));
    });
  }
}

// pg_restore takes a schema's contents by -n, but not the schema.
void create_schemas(const Archive& archive, const RestoreRequest& request,
                    const Conninfo& database) {
  std::set<std::string> schemas(request.schemas.begin(), request.schemas.end());
  for (const TocEntry& entry : archive.entries) {
    if (request.schemas.empty() && contains(request.tables, entry.tag))
      schemas.insert(entry.schema);
  }
  Connection connection(database, request.program);
  for (const TocEntry& entry : archive.entries) {
    if (entry.desc != "SCHEMA" || !schemas.contains(entry.tag)) continue;
    connection.query(entry.definition);
    if (request.owners && !entry.owner.empty()) {
      connection.query("ALTER SCHEMA " + quote_identifier(entry.tag) + " OWNER TO " +
                       quote_identifier(entry.owner));
    }
  }
}

bool fits_one_transaction(const Archive& archive, Target& target) {
  return archive.entries.size() * 2 < target.lock_capacity();
}

std::vector<std::string> command(const Client& client, const RestoreRequest& request,
                                 const Conninfo& database) {
  std::vector<std::string> argv{client.path, "--exit-on-error",
                                "--verbose", "--no-password",
                                "-d",        database.without_password()};
  if (request.part == Part::schema_only) argv.push_back("--schema-only");
  if (request.part == Part::data_only) argv.push_back("--data-only");
  argv.insert(argv.end(), request.options.begin(), request.options.end());
  for (const std::string& schema : request.schemas) argv.push_back("--schema=" + schema);
  for (const std::string& table : request.tables) argv.push_back("--table=" + table);
  return argv;
}

}  // namespace

void restore_archive(const RestoreRequest& request, Target& target, DumpStream& dump,
                     const Warn& warn) {
  Echo echo;
  ArchiveReader reader([&](base::MutableBytes into) { return dump.read(into); }, dump.name(),
                       [&](base::Bytes bytes) { echo.write(bytes); });
  const Archive& archive = read_head(reader, dump);
  const int major = std::max(target.control().major(), oldest_reader(archive.header.minor));
  const Client client = find_client("pg_restore", major, {}, warn);
  require_owners(archive, request, target);
  require_selected(archive, request, dump.name());

  const bool needs_all = !request.selective() && request.part != Part::schema_only;
  const bool in_place =
      request.part == Part::data_only ||
      (target.state() == TargetState::empty && needs_all && request.rule != TargetRule::replace &&
       (fits_one_transaction(archive, target) || !target.additions().empty() ||
        !target.may_be_swapped()));
  if (!in_place) require_no_additions(request, target);
  std::optional<Sibling> sibling;
  if (!in_place) sibling.emplace(target, create_options(archive, request, target), warn);

  const Conninfo database = target.way_to(sibling ? sibling->name() : target.name());
  std::vector<std::string> argv = command(client, request, database);
  if (in_place) argv.push_back("--single-transaction");
  if (request.selective()) create_schemas(archive, request, database);
  Feed feed(argv, database.environment(), kHoldBack,
            in_place ? EarlyEnd::refused : EarlyEnd::allowed,
            [&](const std::string& text, const io::ChildStatus& status) {
              return restore_error(archive, text, status);
            });
  echo.start(feed);
  read_to_end(reader, dump);
  feed.finish();
  if (request.analyze) {
    analyze(database, request.program, sibling ? Committed::not_yet : Committed::yes, warn);
  }
  if (sibling) sibling->become_target(request.swap, warn);
}

}  // namespace sluice::pg
