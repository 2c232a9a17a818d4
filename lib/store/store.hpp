#pragma once
// A place for objects: a bucket, or a directory tree that behaves like one. An object is there
// whole or not at all. Both kinds pass the same conformance suite (tests/pipeline/store.bats).
//
// Any thread may use a Store; it may use more of its own.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "io/atomic_file.hpp"
#include "s3/checksum.hpp"
#include "s3/client.hpp"
#include "store/file_time.hpp"
#include "store/location.hpp"
#include "stream/sink.hpp"

namespace sluice::store {

struct Object {
  std::string key;  ///< of a file store: the absolute path
  std::uint64_t size = 0;
  base::Time modified{};
  std::string etag = {};  ///< changes whenever the content does; of files: size and time
  std::string version = {};
  /// Of files always; of objects that carry one (store/file_time.hpp), when find() looked.
  std::optional<FileTime> file_time = {};
};

/// An object as it was or is, or its deletion.
struct Version {
  Object object;  ///< of a deletion: without size and ETag
  bool latest = false;
  bool deletion = false;
};

/// A write that was begun and neither ended nor taken back: nobody sees it as an object.
struct Incomplete {
  std::string key;
  std::string id;
  base::Time started{};
};

struct WriteOptions {
  io::IfExists if_exists = io::IfExists::replace;
  http::Headers headers = {};                  ///< of an S3 object: content type, metadata, …
  s3::Checksum checksum = s3::Checksum::none;  ///< that an S3 server keeps with the object
  std::optional<std::uint64_t> expected_size = {};
  std::optional<std::uint64_t> part_size = {};
  std::uint64_t max_parts = 10'000;
  bool sha256 = false;  ///< the receipt tells it
  /// Becomes the file's time of modification; an S3 object carries it as metadata.
  std::optional<FileTime> file_time = {};
};

/// What became durable.
struct Receipt {
  std::uint64_t size = 0;
  std::string etag = {};
  std::string version = {};
  std::string digest = {};                     ///< hexadecimal; how it is made: s3/upload.hpp
  std::vector<std::uint64_t> part_sizes = {};  ///< that the digest was made over
  std::string sha256 = {};  ///< of the whole, hexadecimal; of objects if asked for
  bool existed = false;     ///< the same content was there before (IfExists::refuse)
};

/// An object on its way in. The object appears by finish(), or not at all.
class Writer : public stream::Sink {
 public:
  /// After finish().
  [[nodiscard]] virtual const Receipt& receipt() const = 0;
};

/// An object that is still there, and why.
struct NotRemoved {
  std::string key;
  base::Error error;
};

class Store {
 public:
  Store() = default;
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Every object whose key begins with `prefix`, sorted by the bytes of the keys; `each` may write
  /// and remove objects meanwhile, and what stays all the time is listed once. Throws: base::Error
  /// (missing) where there is no such bucket; a directory that does not exist holds nothing.
  virtual void list(const std::string& prefix, const std::function<void(Object&&)>& each) = 0;
  [[nodiscard]] virtual std::optional<Object> find(const std::string& key) = 0;
  /// With IfExists::refuse the same content again is success, another content is cannot_create.
  [[nodiscard]] virtual std::unique_ptr<Writer> write(const std::string& key,
                                                      const WriteOptions& options) = 0;
  /// Writes the whole object, and only that one, to `sink` (on any thread, until it returns);
  /// does not finish it. Throws: base::Error (temporary) when it was replaced meanwhile.
  virtual void read(const Object& object, stream::Sink& sink) = 0;
  /// Makes `key` a copy of another store's object without reading it; false where that cannot be.
  [[nodiscard]] virtual bool copy_from(Store& other, const Object& object,
                                       const std::string& key) = 0;
  /// One that is not there is no error. Returns what is still there; throws base::Error when that
  /// is unknown.
  [[nodiscard]] virtual std::vector<NotRemoved> remove(std::span<const std::string> keys) = 0;
  /// After the objects of a set: takes away what is left below `prefix` and is no object (empty
  /// directories, symbolic links, unfinished files). A directory that holds an object stays.
  virtual void remove_leftovers(const std::string& prefix) = 0;
  /// After remove(): takes away the directories below `prefix` that hold nothing since.
  virtual void remove_emptied_directories(const std::string& prefix,
                                          std::span<const std::string> removed) = 0;
  /// Do removed objects live on as old versions?
  [[nodiscard]] virtual bool keeps_versions() = 0;
  /// All versions of what list() would list, and of what it once would have: by key, the newest
  /// first, until `each` returns false. Throws: base::Error (usage) unless this is a bucket.
  virtual void list_versions(const std::string& prefix, const std::function<bool(Version&&)>& each);
  /// For read(). Throws: base::Error; missing for a deletion, usage unless this is a bucket.
  [[nodiscard]] virtual std::optional<Object> find_version(const std::string& key,
                                                           const std::string& version);

  virtual void list_incomplete(const std::string& prefix,
                               const std::function<void(Incomplete&&)>& each) = 0;
  virtual void remove_incomplete(const Incomplete& incomplete) = 0;
};

/// The store that holds `place`. Nothing is asked of a server yet. Throws: base::Error (config).
[[nodiscard]] std::unique_ptr<Store> open_store(const Location& place,
                                                const s3::Settings& settings);

}  // namespace sluice::store
