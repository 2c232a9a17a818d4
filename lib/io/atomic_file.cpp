#include "io/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace sluice::io {

namespace {

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Makes what is missing, the outermost first, and tells what it made.
void make_directories(const std::string& directory, std::vector<std::string>& made) {
  if (::access(directory.c_str(), F_OK) == 0) return;
  if (directory.find('/', 1) != std::string::npos) make_directories(directory_of(directory), made);
  if (::mkdir(directory.c_str(), 0700) == 0) {
    made.push_back(directory);
  } else if (errno != EEXIST) {
    throw base::system_error(directory, errno, base::Exit::cannot_create);
  }
}

// A device or a pipe cannot be replaced: whoever names /dev/null means the one that is there.
void require_replaceable(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) < 0 || S_ISREG(status.st_mode)) return;
  throw base::Error(base::Exit::cannot_create, path + ": not a regular file");
}

// Renames unless `to` exists (false); also on file systems that cannot do it in one step, as NFS.
bool rename_if_absent(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EINVAL && ::link(from.c_str(), to.c_str()) == 0) {
    ::unlink(from.c_str());
    return true;
  }
  if (errno == EEXIST) return false;
  throw base::system_error(to, errno, base::Exit::cannot_create);
}

}  // namespace

AtomicFile::AtomicFile(std::string path, IfExists if_exists, bool make_parents)
    : path_(std::move(path)), if_exists_(if_exists) {
  const std::string directory = directory_of(path_);
  if (if_exists_ == IfExists::refuse && ::access(path_.c_str(), F_OK) == 0) {
    throw base::Error(base::Exit::cannot_create, path_ + ": file exists");
  }
  require_replaceable(path_);
  if (make_parents) make_directories(directory, made_);
  temporary_ = directory + "/" + kTemporaryPrefix + "XXXXXX";
  fd_ = Fd(::mkostemp(temporary_.data(), O_CLOEXEC));
  if (!fd_) {
    const int error_number = errno;
    temporary_.clear();
    throw base::system_error(directory, error_number, base::Exit::cannot_create);
  }
}

AtomicFile::~AtomicFile() {
  if (temporary_.empty()) return;
  ::unlink(temporary_.c_str());
  // What others have put something into meanwhile stays, by itself.
  for (auto made = made_.rbegin(); made != made_.rend(); ++made) ::rmdir(made->c_str());
}

void AtomicFile::write(base::Bytes bytes) { write_all(fd_.get(), bytes, path_); }

void AtomicFile::finish() {
  if (!finish_unless_exists()) {
    throw base::Error(base::Exit::cannot_create, path_ + ": file exists");
  }
}

bool AtomicFile::finish_unless_exists() {
  if (::fsync(fd_.get()) < 0 && errno != EINVAL) throw base::system_error(path_, errno);
  if (if_exists_ == IfExists::refuse) {
    if (!rename_if_absent(temporary_, path_)) return false;
  } else if (::rename(temporary_.c_str(), path_.c_str()) < 0) {
    throw base::system_error(path_, errno, base::Exit::cannot_create);
  }
  temporary_.clear();
  fd_.close_checked(path_);
  sync_directory_of(path_);
  for (auto made = made_.rbegin(); made != made_.rend(); ++made) sync_directory_of(*made);
  return true;
}

void sync_directory_of(const std::string& path) {
  const std::string directory = directory_of(path);
  const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems cannot fsync a directory; there is nothing better to do on them.
  if (!fd || (::fsync(fd.get()) < 0 && errno != EINVAL)) throw base::system_error(directory, errno);
}

}  // namespace sluice::io
