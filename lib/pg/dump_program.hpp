#pragma once
// A running pg_dump or pg_dumpall: what it writes, and what its end means.

#include <string>
#include <vector>

#include "io/child.hpp"
#include "pg/client.hpp"
#include "pg/conninfo.hpp"

namespace sluice::pg {

/// Main thread only: the program dies with the thread that started it.
class DumpProgram {
 public:
  DumpProgram(const Client& client, const Conninfo& conninfo,
              const std::vector<std::string>& options);

  /// What it writes; 0 at the end, which says nothing yet.
  [[nodiscard]] std::size_t read(base::MutableBytes into);
  /// Returns if it has ended well. Throws: base::Error: what it says otherwise.
  void finish(const Warn& warn);
  /// Ends it: its output is not needed any further. Warns of what it warned of.
  void end(const Warn& warn);

 private:
  void pass_warnings(const Warn& warn);

  std::string name_;
  std::string database_;
  io::Child child_;
};

}  // namespace sluice::pg
