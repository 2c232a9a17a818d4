#include <unistd.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "pg/block_contents.hpp"
#include "pg/dump_session.hpp"
#include "pg/parallel_load.hpp"
#include "pg/restore_ways.hpp"

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

// Without these pg_restore can finish neither the last data block nor the table of contents.
constexpr std::size_t kHoldBack = 64;

constexpr std::size_t kSmall = 8 << 20;  // more sessions gain nothing below this

// The archive's bytes: kept until there is somebody to feed, then fed; or not needed any more.
class Echo {
 public:
  void write(base::Bytes bytes) {
    if (feed_ != nullptr) {
      feed_->write(bytes);
    } else if (!ended_) {
      kept_.insert(kept_.end(), bytes.begin(), bytes.end());
    }
  }

  void start(Feed& feed) {
    feed_ = &feed;
    feed.write(kept_);
    kept_ = {};
  }

  // What is kept; nothing more will be.
  std::vector<std::uint8_t> end() {
    ended_ = true;
    return std::move(kept_);
  }

 private:
  std::vector<std::uint8_t> kept_;
  Feed* feed_ = nullptr;
  bool ended_ = false;
};

// Names in the archive are in its own encoding.
void use_encoding_of(const Archive& archive, Connection& connection) {
  if (const TocEntry* const entry = archive.find("ENCODING")) connection.query(entry->definition);
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
  use_encoding_of(archive, target.control());
  const Rows rows = target.control().query(
      "SELECT string_agg(r, ', ') FROM unnest(" + array +
      "]::text[]) r WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r)");
  target.control().query("RESET client_encoding");
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
  use_encoding_of(archive, connection);
  for (const TocEntry& entry : archive.entries) {
    if (entry.desc != "SCHEMA" || !schemas.contains(entry.tag)) continue;
    connection.query(entry.definition);
    if (request.owners && !entry.owner.empty()) {
      connection.query("ALTER SCHEMA " + quote_identifier(entry.tag) + " OWNER TO " +
                       quote_identifier(entry.owner));
    }
  }
}

// A sequence keeps its new position when the transaction is rolled back. So where rows are added to
// what is there, pg_restore is given a list without them, and they are set when it has committed.
std::string list_without_sequences(const Archive& archive) {
  std::string list;
  for (const TocEntry& entry : archive.entries) {
    if (entry.desc != "SEQUENCE SET") list += std::to_string(entry.id) + ";\n";
  }
  return list;
}

void set_sequences(const Archive& archive, const RestoreRequest& request,
                   const Conninfo& database) {
  Connection connection(database, request.program);
  use_encoding_of(archive, connection);
  const std::string role = option_value(request.options, "--role");
  if (!role.empty()) connection.query("SET ROLE " + quote_identifier(role));
  for (const TocEntry& entry : archive.entries) {
    if (entry.desc != "SEQUENCE SET") continue;
    try {
      connection.query(entry.definition);
    } catch (const ServerError& error) {
      throw Error(error.status(), entry.describe() + ": " + error.reason(),
                  "the rows are there, but sequences may not be where they should");
    }
  }
}

bool fits_one_transaction(const Archive& archive, Target& target) {
  return archive.entries.size() * 2 < target.lock_capacity();
}

bool takes_all(const RestoreRequest& request) {
  return request.part == Part::all && !request.selective();
}

bool fills_empty(const RestoreRequest& request, const Target& target) {
  return target.state() == TargetState::empty && request.rule != TargetRule::replace;
}

// Why no other database may take the place of an empty target; "" when one may.
std::string reason_to_stay(const RestoreRequest& request, Target& target) {
  if (!takes_all(request) || !fills_empty(request, target)) return {};
  if (!target.additions().empty()) return "the database has " + target.additions();
  return target.may_be_swapped() ? "" : "this role may put no database in its place";
}

// Whether an owner lacks rights to a table of his: pg_dump begins such ACLs by taking all of them.
// One session has them set when the rows are there.
bool takes_from_owners(const RestoreRequest& request, const Archive& archive) {
  const bool without = contains(request.options, "--no-privileges");
  return !without &&
         std::any_of(archive.entries.begin(), archive.entries.end(), [](const TocEntry& entry) {
           return entry.desc == "ACL" && entry.definition.starts_with("REVOKE ALL ON TABLE ");
         });
}

bool is_superuser(const RestoreRequest& request, Target& target) {
  return option_value(request.options, "--role").empty() &&
         target.control()
                 .query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
                 .text(0, 0) == "t";
}

// Why one session restores it all; "" when several can.
std::string reason_for_one(const RestoreRequest& request, const Archive& archive, Target& target,
                           const std::string& stays, DumpStream& dump) {
  if (request.jobs == 1) return "so few are wished";
  if (!takes_all(request)) return "it is a part of the archive";
  if (!has_readable_contents(archive.header)) {
    return "it is compressed by " + name_of(archive.header.compression);
  }
  if (!is_loadable(archive)) return "its rows are commands";
  if (!stays.empty()) return stays;
  if (takes_from_owners(request, archive) && !is_superuser(request, target)) {
    return "owners without rights to their own tables cannot fill them";
  }
  if (fills_empty(request, target) && target.in_use()) {
    return "others are connected to the database";
  }
  if (!request.jobs_chosen && dump.ends_within(kSmall)) return "the dump is small";
  return {};
}

// For one session; several share no transaction.
bool goes_in_place(const RestoreRequest& request, const Archive& archive, Target& target,
                   const std::string& stays) {
  if (request.part == Part::data_only) return true;
  return takes_all(request) && fills_empty(request, target) &&
         (!stays.empty() || fits_one_transaction(archive, target));
}

}  // namespace

void restore_archive(const RestoreRequest& request, Target& target, DumpStream& dump,
                     const Listener& listener) {
  Echo echo;
  ArchiveReader reader([&](base::MutableBytes into) { return dump.read(into); }, dump.name(),
                       [&](base::Bytes bytes) { echo.write(bytes); });
  const Archive& archive = read_head(reader, dump, listener.tally);
  const int major = std::max(target.control().major(), oldest_reader(archive.header.minor));
  const Client client = find_client("pg_restore", major, {}, listener.warn);
  require_owners(archive, request, target);
  require_selected(archive, request, dump.name());

  const std::string stays = reason_to_stay(request, target);
  const std::string reason = reason_for_one(request, archive, target, stays, dump);
  if (!reason.empty()) listener.info("one session restores: " + reason);
  const bool in_place = !reason.empty() && goes_in_place(request, archive, target, stays);
  std::optional<Sibling> sibling;
  if (!in_place) {
    require_no_additions(request, target);
    sibling.emplace(target, create_options(archive, request, target), listener.warn);
  }
  const Conninfo database = target.way_to(sibling ? sibling->name() : target.name());
  const RestoreProgram program{client, database};
  if (reason.empty()) {
    restore_in_parallel(request, program, echo.end(), archive, reader, dump, listener);
  } else {
    std::vector<std::string> argv = pg_restore_command(program, request);
    if (in_place) argv.push_back("--single-transaction");
    if (request.selective()) create_schemas(archive, request, database);
    const bool sequences_last = in_place && request.part == Part::data_only;
    const io::Fd list =
        io::memory_file("list of entries", base::as_bytes(list_without_sequences(archive)));
    if (sequences_last) {
      argv.push_back("--use-list=/proc/" + std::to_string(::getpid()) + "/fd/" +
                     std::to_string(list.get()));
    }
    Feed feed(argv, database.environment(), kHoldBack,
              in_place ? EarlyEnd::refused : EarlyEnd::allowed,
              [&](const std::string& text, const io::ChildStatus& status) {
                return pg_restore_error(archive, text, status);
              });
    listener.tally.begin("definitions and rows");
    echo.start(feed);
    read_to_end(reader, dump, listener.tally);
    listener.tally.begin("indexes");
    feed.finish();
    if (sequences_last) set_sequences(archive, request, database);
  }
  if (request.analyze) {
    listener.tally.begin("statistics");
    analyze(database, request.program, sibling ? Committed::not_yet : Committed::yes,
            listener.warn);
  }
  listener.tally.begin("swap");
  if (sibling) sibling->become_target(request.swap, listener.warn);
}

}  // namespace sluice::pg
