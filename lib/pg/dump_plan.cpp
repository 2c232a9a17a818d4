#include "pg/dump_plan.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.hpp"

namespace sluice::pg {

namespace {

constexpr std::uint64_t kSliceSize = 16 << 20;  // in the server
constexpr std::uint64_t kPage = 8192;
constexpr int kTidRangeScan = 14;  // the first major that reads a range of pages without a sort

struct Table {
  CopyTarget target;
  const TocEntry* entry = nullptr;
  std::uint64_t pages = 0;
  std::uint64_t size = 0;  // with TOAST
  bool heap = false;
  std::string filter;  // of an extension's configuration table
};

// One identifier from the front of `text`, unquoted into `name`; false when there is none.
bool take_identifier(std::string_view& text, std::string& name) {
  name.clear();
  if (!text.starts_with('"')) {
    const std::size_t end = std::min(text.find_first_of(". "), text.size());
    name = text.substr(0, end);
    text.remove_prefix(end);
    return !name.empty();
  }
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      if (i + 1 == text.size() || text[i + 1] != '"') {
        text.remove_prefix(i + 1);
        return true;
      }
      ++i;
    }
    name += text[i];
  }
  return false;
}

// Options that make pg_dump write something else than one COPY of each table.
std::string option_for_pg_dump(const std::vector<std::string>& options) {
  constexpr std::array<std::string_view, 7> kTheirs{
      "--inserts",           "--column-inserts",       "--rows-per-insert",
      "--on-conflict-do-no", "--load-via-partition-r", "--include-foreign-data",
      "--enable-row-securi"};
  for (const std::string& option : options) {
    for (const std::string_view theirs : kTheirs) {
      if (option.starts_with(theirs)) return option;
    }
  }
  return {};
}

// What the catalogue knows about the tables; false when one is not what its entry says.
bool look_up(std::vector<Table>& tables, Connection& connection) {
  std::string oids = "{";
  std::map<std::string, Table*> by_oid;
  for (Table& table : tables) {
    oids += (oids.size() > 1 ? "," : "") + table.entry->oid;
    by_oid[table.entry->oid] = &table;
  }
  const Rows rows = connection.query(
      "SELECT c.oid, c.relkind, n.nspname, c.relname, pg_catalog.pg_relation_size(c.oid),"
      " pg_catalog.pg_table_size(c.oid), coalesce(a.amname = 'heap', true), e.condition"
      " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
      " LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam"
      " LEFT JOIN (SELECT * FROM pg_catalog.pg_extension x,"
      "  unnest(x.extconfig, x.extcondition) AS u(config, condition)) e ON e.config = c.oid"
      " WHERE c.oid = ANY ($1::pg_catalog.oid[])",
      {oids + "}"});
  if (rows.size() != static_cast<int>(tables.size())) return false;
  for (int row = 0; row < rows.size(); ++row) {
    Table& table = *by_oid.at(rows.text(row, 0));
    if (rows.text(row, 1) != "r" || rows.text(row, 2) != table.target.schema ||
        rows.text(row, 3) != table.target.name) {
      return false;
    }
    table.pages = base::parse_number(rows.text(row, 4)).value_or(0) / kPage;
    table.size = base::parse_number(rows.text(row, 5)).value_or(0);
    table.heap = rows.text(row, 6) == "t";
    table.filter = rows.text(row, 7);
  }
  return true;
}

std::string select(const Table& table, const std::string& condition) {
  const std::string& columns = table.target.columns;
  return "COPY (SELECT " + columns.substr(1, columns.size() - 2) + " FROM ONLY " +
         table.target.table + " " + condition + ") TO STDOUT";
}

bool is_split(const Table& table, const DumpRequest& request, int major) {
  return major >= kTidRangeScan && table.heap && table.filter.empty() &&
         !table.target.columns.empty() && table.pages > 1 && table.size > request.split.above;
}

// The last range has no upper end: pages may have been added since the size was asked.
void add_ranges(const Table& table, const Split& split, std::vector<Slice>& slices) {
  const std::uint64_t size = std::min(kSliceSize, split.above);
  const std::uint64_t step = std::max<std::uint64_t>(1, table.pages * size / table.size);
  for (std::uint64_t page = 0; page < table.pages; page += step) {
    const bool last = page + step >= table.pages;
    std::string condition = "WHERE ctid >= '(" + std::to_string(page) + ",0)'";
    if (!last) condition += " AND ctid < '(" + std::to_string(page + step) + ",0)'";
    slices.push_back(
        {.id = table.entry->id,
         .first = page == 0,
         .last = last,
         .size = table.size * (std::min(page + step, table.pages) - page) / table.pages,
         .table = table.target.table,
         .copy = select(table, condition)});
  }
}

void add_slices(const Table& table, const DumpRequest& request, int major,
                std::vector<Slice>& slices) {
  if (is_split(table, request, major)) {
    add_ranges(table, request.split, slices);
    return;
  }
  const std::string copy = table.filter.empty() ? "COPY " + table.target.table + " " +
                                                      table.target.columns + " TO STDOUT"
                                                : select(table, table.filter);
  slices.push_back(
      {.id = table.entry->id, .size = table.size, .table = table.target.table, .copy = copy});
}

// The oids of an entry's large objects, as the entry that creates them has them in archives from
// 1.16 on; none, which stands for all, in earlier ones. nullopt when they are not to be found.
std::optional<std::vector<std::string>> objects_of(const TocEntry& data, const Archive& archive) {
  std::vector<std::string> oids;
  if (archive.header.minor < 16) return oids;
  const auto found =
      std::find_if(archive.entries.begin(), archive.entries.end(), [&](const TocEntry& entry) {
        return entry.desc == "BLOB METADATA" && entry.tag == data.tag;
      });
  if (found == archive.entries.end()) return std::nullopt;
  for (const std::string& line : base::split(found->definition, '\n')) {
    if (line.empty()) continue;
    if (!base::parse_number(line)) return std::nullopt;
    oids.push_back(line);
  }
  if (oids.empty()) return std::nullopt;
  return oids;
}

// The tables of the archive; false, with a reason, when something is not known to us.
bool list_tables(const Archive& archive, std::vector<Table>& tables, std::string& reason) {
  for (const TocEntry& entry : archive.entries) {
    if (!entry.has_data) continue;
    if (entry.desc == "BLOBS" && objects_of(entry, archive)) continue;
    const auto target = parse_copy(entry.copy_statement);
    if (entry.desc != "TABLE DATA" || !target || target->schema != entry.schema ||
        target->name != entry.tag) {
      reason = entry.describe();
      return false;
    }
    tables.push_back({.target = *target, .entry = &entry, .filter = {}});
  }
  return true;
}

}  // namespace

std::optional<CopyTarget> parse_copy(const std::string& statement) {
  constexpr std::string_view kBegin = "COPY ";
  constexpr std::string_view kEnd = " FROM stdin;\n";
  if (!statement.starts_with(kBegin) || !statement.ends_with(kEnd)) return std::nullopt;
  std::string_view rest(statement);
  rest.remove_prefix(kBegin.size());
  rest.remove_suffix(kEnd.size());
  const std::string_view all = rest;
  CopyTarget target;
  if (!take_identifier(rest, target.schema) || !rest.starts_with('.')) return std::nullopt;
  rest.remove_prefix(1);
  if (!take_identifier(rest, target.name)) return std::nullopt;
  target.table = all.substr(0, all.size() - rest.size());
  target.columns = base::trim(rest);
  const bool has_columns = target.columns.starts_with('(') && target.columns.ends_with(')');
  if (!target.columns.empty() && !has_columns) return std::nullopt;
  return target;
}

std::optional<DumpPlan> plan_dump(const Archive& archive, DumpSession& session,
                                  const DumpRequest& request, std::string& reason) {
  reason = option_for_pg_dump(request.options);
  if (!request.compression.level) reason = "-Z " + request.compression.spelled;
  std::vector<Table> tables;
  if (!reason.empty() || !list_tables(archive, tables, reason)) return std::nullopt;
  std::vector<std::string> names;
  for (const Table& table : tables) names.push_back(table.target.table);
  if (!session.lock_all(names)) {
    reason = "somebody waits for a lock";
    return std::nullopt;
  }
  if (!look_up(tables, session.connection())) {
    reason = "a table is not an ordinary one";
    return std::nullopt;
  }
  DumpPlan plan;
  auto table = tables.begin();
  for (const TocEntry& entry : archive.entries) {
    if (!entry.has_data) continue;
    if (entry.desc == "BLOBS") {
      plan.slices.push_back({.id = entry.id,
                             .large_objects = true,
                             .table = {},
                             .copy = {},
                             .objects = objects_of(entry, archive).value()});
      continue;
    }
    plan.size += table->size;
    add_slices(*table, request, session.connection().major(), plan.slices);
    ++table;
  }
  return plan;
}

}  // namespace sluice::pg
