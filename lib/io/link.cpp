#include "io/link.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/error.hpp"
#include "base/text.hpp"
#include "io/atomic_file.hpp"
#include "io/interrupt.hpp"

namespace sluice::io {

namespace {

// A name beside `path` that nobody has, linked to `target`.
std::string make_temporary_link(const std::string& path, const std::string& target) {
  const std::string stem =
      path.substr(0, path.rfind('/') + 1) + kTemporaryPrefix + std::to_string(::getpid()) + "-link";
  for (unsigned number = 0;; ++number) {
    const std::string name = stem + std::to_string(number);
    if (::symlink(target.c_str(), name.c_str()) == 0) return name;
    if (errno != EEXIST) {
      throw base::system_error(base::printable(path), errno, base::Exit::cannot_create);
    }
  }
}

}  // namespace

void require_movable_link(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) < 0) return;  // move_link() will tell what is wrong, if any
  if (S_ISLNK(status.st_mode)) return;
  throw base::Error(base::Exit::cannot_create,
                    base::printable(path) + ": exists and is no symbolic link");
}

void move_link(const std::string& path, const std::string& target) {
  const UnwindOnSignal unwind_on_signal;
  require_movable_link(path);
  const std::string temporary = make_temporary_link(path, target);
  if (::rename(temporary.c_str(), path.c_str()) < 0) {
    const int error_number = errno;
    ::unlink(temporary.c_str());
    throw base::system_error(base::printable(path), error_number, base::Exit::cannot_create);
  }
  sync_directory_of(path);
}

}  // namespace sluice::io
