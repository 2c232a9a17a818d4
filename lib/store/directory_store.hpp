#pragma once
// A directory tree as a Store: the embedded default, for those who need no server. A key is the
// absolute path of a file. Only regular files are objects: symbolic links are for people, names
// that begin with io::kTemporaryPrefix are writes that never ended. Files have mode 0600,
// directories 0700.

#include <string>

#include "store/store.hpp"

namespace sluice::store {

class DirectoryStore : public Store {
 public:
  void list(const std::string& prefix, const std::function<void(Object&&)>& each) override;
  std::optional<Object> find(const std::string& key) override;
  std::unique_ptr<Writer> write(const std::string& key, const WriteOptions& options) override;
  void read(const Object& object, stream::Sink& sink) override;
  bool copy_from(Store& other, const Object& object, const std::string& key) override;
  std::vector<NotRemoved> remove(std::span<const std::string> keys) override;
  void remove_leftovers(const std::string& prefix) override;
  void remove_emptied_directories(const std::string& prefix,
                                  std::span<const std::string> removed) override;
  bool keeps_versions() override;
  void list_incomplete(const std::string& prefix,
                       const std::function<void(Incomplete&&)>& each) override;
  void remove_incomplete(const Incomplete& incomplete) override;
};

}  // namespace sluice::store
