#pragma once
// Credentials from where we run: the endpoint that a container is given (ECS, EKS pod identity),
// and the machine's own (EC2, IMDSv2). No proxy is ever asked.

#include <optional>
#include <string>

#include "s3/credentials.hpp"

namespace sluice::s3 {

/// What AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI names, with the token of
/// AWS_CONTAINER_AUTHORIZATION_TOKEN(_FILE); nullopt without them. Throws: base::Error.
[[nodiscard]] std::optional<Credentials> from_container(const std::string& ca_bundle);

/// The role of the machine; nullopt where there is no such service or no role, and under
/// AWS_EC2_METADATA_DISABLED=true. Throws: base::Error when the service is there and fails.
[[nodiscard]] std::optional<Credentials> from_machine();

}  // namespace sluice::s3
