#pragma once
// A bucket as a Store.

#include <string>

#include "store/store.hpp"

namespace sluice::store {

class BucketStore : public Store {
 public:
  BucketStore(std::string bucket, const s3::Settings& settings);

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
  void list_versions(const std::string& prefix,
                     const std::function<bool(Version&&)>& each) override;
  std::optional<Object> find_version(const std::string& key, const std::string& version) override;
  void list_incomplete(const std::string& prefix,
                       const std::function<void(Incomplete&&)>& each) override;
  void remove_incomplete(const Incomplete& incomplete) override;

 private:
  std::string bucket_;
  s3::Client client_;
};

}  // namespace sluice::store
