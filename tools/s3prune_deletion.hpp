#pragma once
// Deletes the backups that s3prune has decided on, in batches that fill a request.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/log.hpp"
#include "s3prune_lines.hpp"
#include "store/store.hpp"

namespace sluice {

/// The objects that could not be deleted. Each is told at once; the first gives the run its status.
class Failures {
 public:
  explicit Failures(cli::Log& log) : log_(log) {}

  void add(const base::Error& error);
  /// Throws: base::Error.
  void require_none() const;

 private:
  cli::Log& log_;
  std::optional<base::Error> first_;
  std::size_t count_ = 0;
};

class Deletion {
 public:
  /// All of them outlive it.
  Deletion(store::Store& store, const store::Location& place, PruneLines& lines, Failures& failures)
      : store_(store), place_(place), lines_(lines), failures_(failures) {}

  /// Deletes it now or later. Throws: base::Error when what became of a batch is unknown.
  void add(Decision&& decision);
  /// Deletes what add() has put off.
  void finish();

 private:
  store::Store& store_;
  const store::Location& place_;
  PruneLines& lines_;
  Failures& failures_;
  std::vector<Decision> batch_;
  std::vector<std::string> keys_;  // of the batch
};

}  // namespace sluice
