#pragma once
// What an S3 server can do, found out by trying it on a scratch key.

#include <string>
#include <vector>

#include "s3/client.hpp"

namespace sluice::s3 {

/// One ability and what was found.
struct Finding {
  std::string ability;
  std::string found;
  std::string option = {};  ///< of s3put, that this calls for; "" for none
};

/// Writes, changes and deletes the object `key`, which must not exist, and sends 11 MiB.
/// Throws: base::Error where the server cannot do what every upload needs.
[[nodiscard]] std::vector<Finding> probe(Client& client, const std::string& bucket,
                                         const std::string& key);

}  // namespace sluice::s3
