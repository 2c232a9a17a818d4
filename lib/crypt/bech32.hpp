#pragma once
// Bech32 (BIP 173) without its limit on length: how age writes keys.

#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "crypt/secret.hpp"

namespace sluice::crypt {

/// The human-readable part of a Bech32 string: all before its last "1"; "" if there is none.
[[nodiscard]] std::string_view bech32_prefix(std::string_view text);

/// The data of a string with the human-readable part `prefix`, compared without regard to case.
/// nullopt for mixed case, wrong characters or checksum, and padding that is not zero.
[[nodiscard]] std::optional<Secret> bech32_decode(std::string_view prefix, std::string_view text);

/// In lower case when `prefix` is.
[[nodiscard]] Secret bech32_encode(std::string_view prefix, base::Bytes data);

}  // namespace sluice::crypt
