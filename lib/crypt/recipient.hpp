#pragma once
// To whom a file is encrypted: what wraps its file key in a stanza of the header.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crypt/header.hpp"

namespace sluice::crypt {

class Recipient {
 public:
  Recipient() = default;
  virtual ~Recipient() = default;
  Recipient(const Recipient&) = delete;
  Recipient& operator=(const Recipient&) = delete;

  [[nodiscard]] virtual Stanza wrap(const Secret& file_key) const = 0;
  /// Public, and equal for equal recipients: "age1…", "ssh-ed25519 …".
  [[nodiscard]] virtual std::string text() const = 0;
};

/// In the order given, without duplicates.
class Recipients {
 public:
  void add(std::unique_ptr<Recipient> recipient);
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] const std::vector<std::unique_ptr<Recipient>>& list() const { return list_; }
  [[nodiscard]] std::vector<Stanza> wrap(const Secret& file_key) const;

 private:
  std::vector<std::unique_ptr<Recipient>> list_;
};

/// `age1…` or `ssh-ed25519 …`. Throws: base::Error (config), by name for the kinds that exist but
/// are not supported, and without repeating what might be a secret.
[[nodiscard]] std::unique_ptr<Recipient> parse_recipient(std::string_view text);

[[nodiscard]] std::unique_ptr<Recipient> x25519_recipient(const Block32& public_key);

/// A passphrase by scrypt. It must be the only recipient.
[[nodiscard]] std::unique_ptr<Recipient> passphrase_recipient(Secret passphrase,
                                                              unsigned work_factor = 18);
/// The key that a passphrase and the salt of a stanza make.
[[nodiscard]] Secret passphrase_key(const Secret& passphrase, base::Bytes salt,
                                    unsigned work_factor);

/// The key that wraps the file key between an X25519 share and a public key.
[[nodiscard]] Secret x25519_wrap_key(const Secret& shared, base::Bytes share, base::Bytes recipient,
                                     std::string_view info);
inline constexpr std::string_view kX25519Info = "age-encryption.org/v1/X25519";

}  // namespace sluice::crypt
