#pragma once
// Ed25519 keys of SSH as recipients and identities, as age's agessh package uses them.

#include <memory>
#include <string_view>

#include "crypt/identity.hpp"
#include "crypt/recipient.hpp"

namespace sluice::crypt {

/// A line of a .pub file: `ssh-ed25519 AAAA… [comment]`. Throws: base::Error (config).
[[nodiscard]] std::unique_ptr<Recipient> ssh_recipient(std::string_view line);

/// An OpenSSH private key file (PROTOCOL.key in OpenSSH's sources) without a passphrase.
/// Throws: base::Error (config).
[[nodiscard]] std::unique_ptr<Identity> ssh_identity(std::string_view pem);

inline constexpr std::string_view kSshPemFirstLine = "-----BEGIN OPENSSH PRIVATE KEY-----";

}  // namespace sluice::crypt
