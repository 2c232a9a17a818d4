#include "store/directory_store.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/text.hpp"
#include "digest/hash.hpp"
#include "io/fd.hpp"

namespace sluice::store {

using base::Error;
using base::Exit;

namespace {

constexpr std::size_t kBufferSize = 1 << 20;
// A directory that holds more is read as often as it takes, so that memory does not grow with it.
constexpr std::size_t kNamesAtOnce = 16 << 10;

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

Object object_of(const std::string& path, const struct stat& status) {
  const auto nanoseconds = static_cast<std::uint64_t>(status.st_mtim.tv_nsec);
  return {path,
          static_cast<std::uint64_t>(status.st_size),
          base::Time(std::chrono::seconds(status.st_mtim.tv_sec)),
          std::to_string(status.st_size) + "-" + std::to_string(status.st_mtim.tv_sec) + "." +
              std::to_string(nanoseconds),
          "",
          FileTime(std::chrono::seconds(status.st_mtim.tv_sec) +
                   std::chrono::nanoseconds(nanoseconds))};
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

bool is_directory(const std::string& directory, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat status {};
  return ::lstat((directory + "/" + entry.d_name).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// nullptr at the end, which a failure must not be taken for: what it hides would count as deleted.
const dirent* next_entry(DIR* handle, const std::string& directory) {
  errno = 0;
  const dirent* entry = ::readdir(handle);
  if (entry == nullptr && errno != 0) throw base::system_error(base::printable(directory), errno);
  return entry;
}

// The first names in `directory` after `last`, none where there is no such directory, in the order
// that their keys have in a bucket: that of a directory ends with a slash.
std::vector<std::string> names_after(const std::string& last, const std::string& directory) {
  const std::unique_ptr<DIR, CloseDirectory> handle(
      ::opendir(directory.empty() ? "/" : directory.c_str()));
  if (!handle) {
    if (errno == ENOENT || errno == ENOTDIR) return {};
    throw base::system_error(base::printable(directory), errno);
  }
  std::vector<std::string> names;  // a heap: the last of them is its front
  std::string name;
  while (const dirent* entry = next_entry(handle.get(), directory)) {
    name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (is_directory(directory, *entry)) name += '/';
    const bool full = names.size() == kNamesAtOnce;
    if (name <= last || (full && name >= names.front())) continue;
    if (full) {
      std::pop_heap(names.begin(), names.end());
      names.pop_back();
    }
    names.push_back(name);
    std::push_heap(names.begin(), names.end());
  }
  std::sort_heap(names.begin(), names.end());
  return names;
}

// Calls `each` for every name in `directory`, in that order; each may be removed meanwhile.
template <class Each>
void each_name(const std::string& directory, const Each& each) {
  std::string last;
  for (bool more = true; more;) {
    std::vector<std::string> names = names_after(last, directory);
    for (const std::string& name : names) {
      each(name.ends_with('/') ? name.substr(0, name.size() - 1) : name);
    }
    more = names.size() == kNamesAtOnce;
    if (more) last = std::move(names.back());
  }
}

// Calls `each` for every regular file whose path begins with `prefix`, below `directory`, which
// ends without a slash and is itself a part of the prefix or below it.
template <class Each>
void walk(const std::string& directory, const std::string& prefix, const Each& each) {
  each_name(directory, [&](const std::string& name) {
    const std::string path = directory + "/" + name;
    const bool below = path.starts_with(prefix);
    if (!below && !prefix.starts_with(path + "/")) return;
    struct stat status {};
    if (::lstat(path.c_str(), &status) < 0) {
      if (errno == ENOENT) return;  // gone meanwhile
      throw base::system_error(base::printable(path), errno);
    }
    if (S_ISDIR(status.st_mode)) {
      walk(path, prefix, each);
    } else if (S_ISREG(status.st_mode) && below) {
      each(path, status);
    }
  });
}

bool is_temporary(const std::string& path) {
  return name_of(path).starts_with(io::kTemporaryPrefix);
}

void remove_all_but_objects(const std::string& directory) {
  each_name(directory, [&](const std::string& name) {
    const std::string path = directory + "/" + name;
    struct stat status {};
    if (::lstat(path.c_str(), &status) < 0) return;
    if (S_ISDIR(status.st_mode)) {
      remove_all_but_objects(path);
    } else if (S_ISLNK(status.st_mode) || is_temporary(path)) {
      ::unlink(path.c_str());
    }
  });
  ::rmdir(directory.c_str());  // fails where it should: when something is left
}

// A file is a single part, however large.
void tell_digests(digest::Sha256Stream& stream, Receipt& receipt) {
  const digest::Sha256 whole = stream.finish();
  receipt.sha256 = digest::hex(whole);
  receipt.digest = digest::hex(digest::sha256(whole));
  receipt.part_sizes = {receipt.size};
}

// For a file that exists and must not change: the same content again is success.
class Comparer : public Writer {
 public:
  explicit Comparer(const std::string& key)
      : key_(key), fd_(io::open_for_reading(key)), buffer_(kBufferSize) {}

  void write(base::Bytes bytes) override {
    hash_.update(bytes);
    receipt_.size += bytes.size();
    while (!bytes.empty()) {
      const base::Bytes some = bytes.first(std::min(bytes.size(), buffer_.capacity()));
      buffer_.clear();
      buffer_.grow(io::read_full(fd_.get(), buffer_.space().first(some.size()), key_));
      if (!std::equal(some.begin(), some.end(), buffer_.bytes().begin(), buffer_.bytes().end())) {
        throw differs();
      }
      bytes = bytes.subspan(some.size());
    }
  }

  void finish() override {
    struct stat status {};
    buffer_.clear();
    if (io::read_some(fd_.get(), buffer_.space(), key_) > 0) throw differs();
    if (::fsync(fd_.get()) < 0 && errno != EINVAL) throw base::system_error(key_, errno);
    io::sync_directory_of(key_);
    if (::fstat(fd_.get(), &status) < 0) throw base::system_error(key_, errno);
    require_in_place(status);
    receipt_.etag = object_of(key_, status).etag;
    tell_digests(hash_, receipt_);
    receipt_.existed = true;
  }

  [[nodiscard]] const Receipt& receipt() const override { return receipt_; }

 private:
  // What was compared must still be what the key names.
  void require_in_place(const struct stat& compared) const {
    struct stat named {};
    if (::lstat(key_.c_str(), &named) == 0 && named.st_dev == compared.st_dev &&
        named.st_ino == compared.st_ino)
      return;
    throw Error(Exit::temporary,
                base::printable(key_) + ": was removed or replaced while it was compared",
                "run again");
  }

  [[nodiscard]] Error differs() const {
    return {Exit::cannot_create, base::printable(key_) + ": exists already, with another content",
            "--overwrite replaces it"};
  }

  std::string key_;
  io::Fd fd_;
  base::Buffer buffer_;
  digest::Sha256Stream hash_;
  Receipt receipt_;
};

class FileWriter : public Writer {
 public:
  FileWriter(const std::string& key, const WriteOptions& options)
      : file_(key, options.if_exists, true), time_(options.file_time) {}

  void write(base::Bytes bytes) override {
    file_.write(bytes);
    hash_.update(bytes);
    receipt_.size += bytes.size();
  }

  void finish() override {
    if (time_) set_time(*time_);
    if (!file_.finish_unless_exists()) return compare_with_existing();
    struct stat status {};
    if (::lstat(file_.path().c_str(), &status) == 0) {
      receipt_.etag = object_of(file_.path(), status).etag;
    }
    tell_digests(hash_, receipt_);
  }

  [[nodiscard]] const Receipt& receipt() const override { return receipt_; }

 private:
  // Another writer was faster: with the same content that is success.
  void compare_with_existing() {
    Comparer existing(file_.path());
    base::Buffer buffer(kBufferSize);
    if (::lseek(file_.fd(), 0, SEEK_SET) < 0) throw base::system_error(file_.path(), errno);
    while (const std::size_t size = io::read_some(file_.fd(), buffer.space(), file_.path())) {
      existing.write(base::Bytes(buffer.data(), size));
    }
    existing.finish();
    receipt_ = existing.receipt();
  }

  void set_time(FileTime time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    struct timespec modified {};
    modified.tv_sec = seconds.time_since_epoch().count();
    modified.tv_nsec = (time - seconds).count();
    const std::array times{modified, modified};
    if (::futimens(file_.fd(), times.data()) < 0) throw base::system_error(file_.path(), errno);
  }

  io::AtomicFile file_;
  std::optional<FileTime> time_;
  digest::Sha256Stream hash_;
  Receipt receipt_;
};

void require_name(const std::string& key) {
  const std::string name = name_of(key);
  if (name.empty() || name == "." || name == "..") {
    throw Error(Exit::usage, base::printable(key) + ": names a directory, not a file");
  }
  if (is_temporary(key)) {
    throw Error(Exit::usage, base::printable(key) + ": names that begin with " +
                                 io::kTemporaryPrefix + " are for unfinished files");
  }
}

}  // namespace

void DirectoryStore::list(const std::string& prefix, const std::function<void(Object&&)>& each) {
  walk(directory_of(prefix), prefix, [&](const std::string& path, const struct stat& status) {
    if (!is_temporary(path)) each(object_of(path, status));
  });
}

std::optional<Object> DirectoryStore::find(const std::string& key) {
  struct stat status {};
  if (::stat(key.c_str(), &status) < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw base::system_error(base::printable(key), errno);
  }
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return object_of(key, status);
}

std::unique_ptr<Writer> DirectoryStore::write(const std::string& key, const WriteOptions& options) {
  require_name(key);
  if (options.if_exists == io::IfExists::refuse && find(key)) {
    return std::make_unique<Comparer>(key);
  }
  return std::make_unique<FileWriter>(key, options);
}

void DirectoryStore::read(const Object& object, stream::Sink& sink) {
  const io::Fd fd = io::open_for_reading(object.key);
  const auto is_the_same = [&] {
    struct stat status {};
    return ::fstat(fd.get(), &status) == 0 && object_of(object.key, status).etag == object.etag;
  };
  bool same = is_the_same();
  base::Buffer buffer(kBufferSize);
  std::uint64_t count = 0;
  while (const std::size_t size = io::read_some(fd.get(), buffer.space(), object.key)) {
    sink.write(base::Bytes(buffer.data(), size));
    count += size;
  }
  same = same && count == object.size && is_the_same();
  if (!same) {
    throw Error(Exit::temporary,
                base::printable(object.key) + ": the file changed while it was read", "run again");
  }
}

std::vector<NotRemoved> DirectoryStore::remove(std::span<const std::string> keys) {
  std::vector<NotRemoved> failures;
  for (const std::string& key : keys) {
    if (::unlink(key.c_str()) < 0 && errno != ENOENT) {
      failures.push_back({key, base::system_error(base::printable(key), errno)});
    }
  }
  return failures;
}

void DirectoryStore::remove_leftovers(const std::string& prefix) {
  remove_all_but_objects(prefix.ends_with('/') ? prefix.substr(0, prefix.size() - 1) : prefix);
}

void DirectoryStore::remove_emptied_directories(const std::string& prefix,
                                                std::span<const std::string> removed) {
  for (const std::string& key : removed) {
    std::string directory = directory_of(key);
    while (directory.size() > prefix.size() && ::rmdir(directory.c_str()) == 0) {
      directory = directory_of(directory);
    }
  }
}

bool DirectoryStore::copy_from(Store&, const Object&, const std::string&) { return false; }

bool DirectoryStore::keeps_versions() { return false; }

void DirectoryStore::list_incomplete(const std::string& prefix,
                                     const std::function<void(Incomplete&&)>& each) {
  // Their names do not tell what they were to become, only where.
  const std::string directory = directory_of(prefix) + "/";
  walk(directory_of(prefix), directory, [&](const std::string& path, const struct stat& status) {
    if (is_temporary(path))
      each({path, "", base::Time(std::chrono::seconds(status.st_mtim.tv_sec))});
  });
}

void DirectoryStore::remove_incomplete(const Incomplete& incomplete) {
  const std::array keys{incomplete.key};
  for (const NotRemoved& failure : remove(keys)) throw Error(failure.error);
}

}  // namespace sluice::store
