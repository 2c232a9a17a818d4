#pragma once
// The smallest IAM policy under which a tool works (Service Authorization Reference, "Actions,
// resources, and condition keys for Amazon S3"). Pure.

#include <string>
#include <vector>

namespace sluice::s3 {

/// What is done in a bucket.
enum class Deed {
  list_buckets,
  list,             ///< the objects whose keys begin with `key`
  list_incomplete,  ///< the same of unfinished uploads
  list_versions,    ///< the same of all versions
  look,             ///< is there that object?
  read,
  read_version,  ///< that version of the object, whether it is there or not
  write,
  tag,
  lock,
  hold,
  remove,
  abort,           ///< end unfinished uploads
  ask_versioning,  ///< does the bucket keep old versions?
};

enum class Reach { exact, prefix };  ///< is `key` an object's, or what keys begin with?

struct Grant {
  Deed deed;
  std::string bucket = {};
  std::string key = {};
  Reach reach = Reach::exact;
};

/// A policy document in JSON, indented, with a line feed at the end.
[[nodiscard]] std::string policy_json(const std::vector<Grant>& grants);

}  // namespace sluice::s3
