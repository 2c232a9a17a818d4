#pragma once
// Who can open a file: what unwraps the file key from a stanza of the header.

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "crypt/header.hpp"
#include "crypt/recipient.hpp"

namespace sluice::crypt {

class Identity {
 public:
  Identity() = default;
  virtual ~Identity() = default;
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  /// The file key; nullopt when the stanza is not for this identity. `source` is for messages.
  /// Throws: base::Error (data).
  [[nodiscard]] virtual std::optional<Secret> unwrap(const Stanza& stanza,
                                                     const Source& source) const = 0;
  [[nodiscard]] virtual std::unique_ptr<Recipient> recipient() const = 0;
};

/// `AGE-SECRET-KEY-1…`. Throws: base::Error (config), which never repeats `text`.
[[nodiscard]] std::unique_ptr<Identity> parse_identity(std::string_view text);

/// As parse_identity() reads it. `key` has 32 bytes.
[[nodiscard]] Secret identity_text(const Secret& key);

/// What opens a file. The passphrase is asked for only when a file needs one; it may be null.
struct Keys {
  std::vector<std::unique_ptr<Identity>> identities;
  std::function<Secret()> passphrase;
};

/// Throws: base::Error: data when the header is not authentic, config when no key opens it.
[[nodiscard]] Secret unwrap_file_key(const Header& header, const Keys& keys, const Source& source);

}  // namespace sluice::crypt
