#pragma once
// The credentials of a profile: its own keys, a program that prints them, or a role that another
// profile, the environment or a web identity may take.

#include <optional>
#include <string>

#include "s3/credentials.hpp"

namespace sluice::s3 {

/// nullopt when the profile has nothing to say about credentials. Throws: base::Error.
[[nodiscard]] std::optional<Credentials> from_profile(const CredentialSettings& settings,
                                                      const std::string& profile);

}  // namespace sluice::s3
