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

void make_directories(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST) return;
  if (errno == ENOENT && directory.find('/', 1) != std::string::npos) {
    make_directories(directory_of(directory));
    if (::mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST) return;
  }
  throw base::system_error(directory, errno, base::Exit::cannot_create);
}

}  // namespace

AtomicFile::AtomicFile(std::string path, IfExists if_exists, bool make_parents)
    : path_(std::move(path)), if_exists_(if_exists) {
  const std::string directory = directory_of(path_);
  if (make_parents) make_directories(directory);
  if (if_exists_ == IfExists::refuse && ::access(path_.c_str(), F_OK) == 0) {
    throw base::Error(base::Exit::cannot_create, path_ + ": file exists");
  }
  temporary_ = directory + "/" + kTemporaryPrefix + "XXXXXX";
  fd_ = Fd(::mkostemp(temporary_.data(), O_CLOEXEC));
  if (!fd_) {
    const int error_number = errno;
    temporary_.clear();
    throw base::system_error(directory, error_number, base::Exit::cannot_create);
  }
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(base::Bytes bytes) { write_all(fd_.get(), bytes, path_); }

void AtomicFile::finish() {
  if (::fsync(fd_.get()) < 0 && errno != EINVAL) throw base::system_error(path_, errno);
  fd_.close_checked(path_);
  const unsigned flags = if_exists_ == IfExists::refuse ? RENAME_NOREPLACE : 0;
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), flags) < 0) {
    if (errno == EEXIST) throw base::Error(base::Exit::cannot_create, path_ + ": file exists");
    throw base::system_error(path_, errno, base::Exit::cannot_create);
  }
  temporary_.clear();
  sync_directory_of(path_);
}

void sync_directory_of(const std::string& path) {
  const std::string directory = directory_of(path);
  const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems cannot fsync a directory; there is nothing better to do on them.
  if (!fd || (::fsync(fd.get()) < 0 && errno != EINVAL)) throw base::system_error(directory, errno);
}

}  // namespace sluice::io
