#pragma once
// The lines that s3prune prints: one a backup, or one an unfinished upload.

#include <string>

#include "retention/survey.hpp"
#include "store/backups.hpp"
#include "store/location.hpp"

namespace sluice {

/// A backup and what becomes of it.
struct Decision {
  store::Backup backup;
  bool whole;
  retention::Verdict verdict;

  /// Why, in words.
  [[nodiscard]] std::string reason() const {
    return verdict.reason.empty() ? "no rule keeps it" : verdict.reason;
  }
};

/// Collects output and writes it to standard output in large pieces; flush() writes the rest.
class PruneLines {
 public:
  enum class Format { text, json };
  explicit PruneLines(Format format) : format_(format) {}

  /// `action`: keep, delete, deleted.
  void backup(const store::Location& place, const Decision& decision, const std::string& action);
  /// `action`: abort, aborted.
  void incomplete(const store::Location& place, const store::Incomplete& incomplete,
                  const std::string& action);
  void flush();

 private:
  void add(const std::string& line);

  Format format_;
  std::string text_;
};

}  // namespace sluice
