#pragma once
// A file that appears whole, by rename after fsync, or not at all.

#include <string>
#include <vector>

#include "io/fd.hpp"
#include "io/interrupt.hpp"

namespace sluice::io {

enum class IfExists { replace, refuse };

/// Writes to a temporary file beside `path` (mode 0600, a name that begins with ".sluice-");
/// without finish() the destructor removes it. While it lives, signals unwind.
class AtomicFile {
 public:
  /// Creates missing parent directories (mode 0700) if `make_parents`. Throws: base::Error
  /// (cannot_create where `path` must not be replaced, or is no regular file).
  AtomicFile(std::string path, IfExists if_exists, bool make_parents = false);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(base::Bytes bytes);
  /// Makes the file durable and visible. Throws: base::Error (cannot_create when it must not
  /// replace a file that exists by now).
  void finish();
  /// The same, but false, and nothing done, where finish() finds a file that must stay.
  [[nodiscard]] bool finish_unless_exists();

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  UnwindOnSignal unwind_on_signal_;
  std::string path_;
  std::string temporary_;
  std::vector<std::string> made_;  // directories, the outermost first
  IfExists if_exists_;
  Fd fd_;
};

/// The beginning of every temporary file's name: never an object, never listed.
inline constexpr char kTemporaryPrefix[] = ".sluice-";

/// Flushes the directory that holds `path`, so that a rename in it survives a power cut.
void sync_directory_of(const std::string& path);

}  // namespace sluice::io
