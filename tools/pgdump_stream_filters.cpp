#include "pgdump_stream_filters.hpp"

#include <array>

namespace sluice {

namespace {

// clang-format off
constexpr std::array kDumpFilters{
    cli::Option{'a', "data-only", nullptr, "data, no definitions"},
    cli::Option{'s', "schema-only", nullptr, "definitions, no data"},
    cli::Option{0, "section", "SECTION", "pre-data, data or post-data", cli::Times::many},
    cli::Option{'n', "schema", "PATTERN", "these schemas only", cli::Times::many},
    cli::Option{'N', "exclude-schema", "PATTERN", "not these schemas", cli::Times::many},
    cli::Option{'t', "table", "PATTERN", "these tables only", cli::Times::many},
    cli::Option{'T', "exclude-table", "PATTERN", "not these tables", cli::Times::many},
    cli::Option{'e', "extension", "PATTERN", "these extensions only", cli::Times::many},
    cli::Option{0, "exclude-table-data", "PATTERN", "no data of these tables", cli::Times::many},
    cli::Option{0, "table-and-children", "PATTERN", "these tables and their partitions", cli::Times::many},
    cli::Option{0, "exclude-table-and-children", "PATTERN", "not these, nor their partitions", cli::Times::many},
    cli::Option{0, "exclude-table-data-and-children", "PATTERN", "no data of these and their partitions", cli::Times::many},
    cli::Option{0, "exclude-extension", "PATTERN", "not these extensions", cli::Times::many},
    cli::Option{0, "include-foreign-data", "PATTERN", "data of foreign tables on these servers", cli::Times::many},
    cli::Option{0, "filter", "FILE", "read such patterns from a file", cli::Times::many},
    cli::Option{0, "strict-names", nullptr, "each pattern must match something"},
    cli::Option{'b', "large-objects", nullptr, "large objects, even where parts are chosen"},
    cli::Option{'B', "no-large-objects", nullptr, "no large objects"},
    cli::Option{'O', "no-owner", nullptr, "no ownership (plain SQL only)"},
    cli::Option{'x', "no-privileges", nullptr, "no privileges"},
    cli::Option{'c', "clean", nullptr, "drop before creating (plain SQL only)"},
    cli::Option{'C', "create", nullptr, "create the database (plain SQL only)"},
    cli::Option{0, "if-exists", nullptr, "with --clean: drop only what exists"},
    cli::Option{'E', "encoding", "ENCODING", "encoding of the data"},
    cli::Option{'S', "superuser", "NAME", "superuser for --disable-triggers"},
    cli::Option{0, "role", "NAME", "SET ROLE before the dump"},
    cli::Option{0, "lock-wait-timeout", "TIMEOUT", "give up after waiting so long for a table"},
    cli::Option{0, "snapshot", "ID", "dump what this exported snapshot sees"},
    cli::Option{0, "serializable-deferrable", nullptr, "wait for a serializable snapshot"},
    cli::Option{0, "enable-row-security", nullptr, "dump only the rows that one may see"},
    cli::Option{0, "disable-triggers", nullptr, "disable triggers while data is restored"},
    cli::Option{0, "disable-dollar-quoting", nullptr, "quote functions by SQL's standard"},
    cli::Option{0, "quote-all-identifiers", nullptr, "quote all names"},
    cli::Option{0, "extra-float-digits", "N", "precision of floating-point numbers"},
    cli::Option{0, "inserts", nullptr, "rows as INSERT"},
    cli::Option{0, "column-inserts", nullptr, "rows as INSERT with column names"},
    cli::Option{0, "rows-per-insert", "N", "rows in each INSERT"},
    cli::Option{0, "on-conflict-do-nothing", nullptr, "INSERT … ON CONFLICT DO NOTHING"},
    cli::Option{0, "load-via-partition-root", nullptr, "restore partitions through their root"},
    cli::Option{0, "use-set-session-authorization", nullptr, "ownership by SET SESSION AUTHORIZATION"},
    cli::Option{0, "no-comments", nullptr, "no comments"},
    cli::Option{0, "no-publications", nullptr, "no publications"},
    cli::Option{0, "no-subscriptions", nullptr, "no subscriptions"},
    cli::Option{0, "no-security-labels", nullptr, "no security labels"},
    cli::Option{0, "no-tablespaces", nullptr, "no tablespaces"},
    cli::Option{0, "no-table-access-method", nullptr, "no table access methods"},
    cli::Option{0, "no-toast-compression", nullptr, "no TOAST compression methods"},
    cli::Option{0, "no-unlogged-table-data", nullptr, "no data of unlogged tables"},
};
// clang-format on

}  // namespace

std::vector<cli::Option> dump_filters() { return {kDumpFilters.begin(), kDumpFilters.end()}; }

std::vector<std::string> dump_filters_from(const cli::Args& args) {
  std::vector<std::string> filters;
  for (const cli::Option& option : kDumpFilters) {
    // pg_dump before 16 knows large objects as blobs; all know the letters.
    const bool by_letter = option.letter == 'b' || option.letter == 'B';
    const std::string name =
        by_letter ? std::string("-") + option.letter : "--" + std::string(option.name);
    for (const std::string& value : args.values(option.key())) {
      filters.push_back(option.metavar == nullptr ? name : name + "=" + value);
    }
  }
  return filters;
}

}  // namespace sluice
