#include "pg/dumped_archive.hpp"

#include "pg/block_contents.hpp"

namespace sluice::pg {

DumpedArchive::DumpedArchive(DumpProgram& program, const Listener& listener)
    : program_(program),
      listener_(listener),
      reader_([this](base::MutableBytes into) { return read(into); }, "pg_dump") {}

std::size_t DumpedArchive::read(base::MutableBytes into) {
  const std::size_t count = program_.read(into);
  if (count == 0) program_.finish(listener_.warn);  // the reader finds no end that is none
  const base::Bytes piece = base::Bytes(into).first(count);
  if (out_ != nullptr) {
    out_->write(piece);
  } else {
    seen_.insert(seen_.end(), piece.begin(), piece.end());
  }
  return count;
}

const Archive& DumpedArchive::read_head() {
  const Archive& archive = reader_.read_head();
  listener_.tally.tables = archive.tables_with_data();
  return archive;
}

void DumpedArchive::pass_head(ArchiveOutput& out) {
  out.write(base::Bytes(seen_).first(reader_.position()));
}

void DumpedArchive::pass_all(ArchiveOutput& out) {
  listener_.tally.begin("rows");
  out.write(seen_);
  out_ = &out;
  count_tables(reader_, listener_.tally);
  out.finish();
}

}  // namespace sluice::pg
