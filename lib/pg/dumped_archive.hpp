#pragma once
// The archive that a pg_dump writes: its head first, then, where nobody does better, all of it.

#include <vector>

#include "pg/archive.hpp"
#include "pg/archive_output.hpp"
#include "pg/dump_program.hpp"

namespace sluice::pg {

/// Main thread only.
class DumpedArchive {
 public:
  DumpedArchive(DumpProgram& program, const Listener& listener);

  /// As ArchiveReader's: what writes none is no pg_dump, however well it ends. Tells the tally how
  /// many tables there are.
  const Archive& read_head();
  /// Gives the head to `out`, and no more.
  void pass_head(ArchiveOutput& out);
  /// Gives all to `out`, and finishes that when the program has ended well. Throws: base::Error.
  void pass_all(ArchiveOutput& out);

 private:
  std::size_t read(base::MutableBytes into);

  DumpProgram& program_;
  const Listener& listener_;
  std::vector<std::uint8_t> seen_;
  ArchiveOutput* out_ = nullptr;  // where it goes from now on
  ArchiveReader reader_;
};

}  // namespace sluice::pg
