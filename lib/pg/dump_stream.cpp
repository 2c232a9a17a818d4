#include "pg/dump_stream.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

constexpr std::size_t kHeadSize = 8 << 10;

void refuse_foreign(std::string_view head, const std::string& name) {
  struct Foreign {
    std::string_view magic;
    std::string_view what;
    std::string_view hint;
  };
  constexpr std::array kForeign{
      Foreign{"\x1f\x8b", "gzip data", "put zpipe -d before this stage"},
      Foreign{"\x28\xb5\x2f\xfd", "zstd data", "put zpipe -d before this stage"},
      Foreign{"\x50\x2a\x4d\x18", "zstd data", "put zpipe -d before this stage"},
      Foreign{"age-encryption.org/v1", "encrypted data", "put seal -d before this stage"},
      Foreign{"-----BEGIN AGE", "encrypted data", "put seal -d before this stage"},
  };
  for (const Foreign& foreign : kForeign) {
    if (head.starts_with(foreign.magic)) {
      throw Error(Exit::data, name + ": " + std::string(foreign.what) + ", not a dump",
                  std::string(foreign.hint));
    }
  }
  if (head.find('\0') != std::string_view::npos) {
    throw Error(Exit::data, name + ": neither a custom-format archive nor SQL",
                head.substr(0, kHeadSize).find("toc.dat") == 0
                    ? "tar archives are pg_restore's own: pg_restore -Ft"
                    : "");
  }
}

// What acts on other databases than the one restored into would be done for good, whatever
// becomes of the restore.
void refuse_database_commands(std::string_view head, const std::string& name) {
  if (head.starts_with("--\n-- PostgreSQL database cluster dump\n")) {
    throw Error(Exit::data, name + ": the dump of a whole cluster, not of one database",
                "--allow-connect --into postgres runs it, and takes nothing back");
  }
  // pg_dump -C has them before all other statements.
  for (const std::string& line : base::split(head, '\n')) {
    for (const std::string_view command :
         {"CREATE DATABASE ", "DROP DATABASE ", "\\connect ", "\\c "}) {
      if (!line.starts_with(command)) continue;
      throw Error(Exit::data,
                  name + ": the dump has a " + std::string(base::trim(command)) + " of its own",
                  "dump without -C; --into says where it goes, --create makes it;"
                  " or say --allow-connect");
    }
    const bool before = line.empty() || line.starts_with("--") || line.starts_with("SET ") ||
                        line.starts_with("SELECT pg_catalog.set_config") ||
                        line.starts_with("\\restrict ");
    if (!before) return;
  }
}

}  // namespace

DumpStream::DumpStream(stream::Input& input) : input_(input), head_(kHeadSize) {
  head_.resize(input_.read_full(head_));
  at_end_ = head_.size() < kHeadSize;
  if (head_.empty()) {
    kind_ = DumpKind::empty;
  } else if (head().starts_with("PGDMP") || std::string_view("PGDMP").starts_with(head())) {
    kind_ = DumpKind::archive;
  } else {
    kind_ = DumpKind::sql;
    refuse_foreign(head(), name());
  }
}

void DumpStream::require_one_database() const { refuse_database_commands(head(), name()); }

bool DumpStream::ends_within(std::size_t size) {
  if (!at_end_ && head_.size() < size) {
    const std::size_t had = head_.size();
    head_.resize(size);
    head_.resize(had + input_.read_full(base::MutableBytes(head_).subspan(had)));
    at_end_ = head_.size() < size;
  }
  return head_.size() < size;
}

std::size_t DumpStream::read(base::MutableBytes into) {
  if (given_ < head_.size()) {
    const std::size_t count = std::min(into.size(), head_.size() - given_);
    std::copy_n(head_.begin() + given_, count, into.begin());
    given_ += count;
    return count;
  }
  if (at_end_) return 0;
  const std::size_t count = input_.read(into);
  at_end_ = count == 0;
  return count;
}

void DumpStream::require_whole() const { input_.require_whole(stream::Mark::whole); }

}  // namespace sluice::pg
