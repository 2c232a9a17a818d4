#pragma once
// Deleting objects, and what it means in a bucket.

#include <span>
#include <string>
#include <vector>

#include "s3/client.hpp"
#include "s3/error.hpp"

namespace sluice::s3 {

/// An object that is still there, and why.
struct NotDeleted {
  std::string key;
  ServerError error;
};

/// Deletes any number of objects, 1,000 a request; one that is not there is no error.
/// Throws: base::Error when the outcome of a request is unknown.
[[nodiscard]] std::vector<NotDeleted> delete_objects(Client& client, const std::string& bucket,
                                                     std::span<const std::string> keys);

/// Does the bucket keep what is deleted, as old versions? False where we may not ask.
[[nodiscard]] bool keeps_versions(Client& client, const std::string& bucket);

}  // namespace sluice::s3
