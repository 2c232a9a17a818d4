#pragma once
// Whole age files (age-encryption.org/v1): made, opened, given new recipients, looked at.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypt/identity.hpp"
#include "crypt/recipient.hpp"
#include "stream/input.hpp"
#include "stream/sink.hpp"

namespace sluice::crypt {

/// Encrypts `input`, which must be whole, to `out`, which is not finished. The recipients are gone
/// before the payload begins, and with them a passphrase. Throws: base::Error.
void encrypt(stream::Input& input, stream::Sink& out, Recipients recipients, unsigned threads);

/// Decrypts `input` to `out`, which is not finished. The keys are gone before the payload begins.
/// Throws: base::Error: data when the file is damaged or cut, config when no key opens it.
void decrypt(stream::Input& input, stream::Sink& out, Keys keys, unsigned threads);

/// Writes the file with a new header for `recipients` to `out`, which is not finished. The payload
/// stays as it is, and is verified on the way. Throws: as decrypt().
void rewrap(stream::Input& input, stream::Sink& out, Keys keys, Recipients recipients,
            unsigned threads);

/// What an age file shows without a key.
struct Facts {
  bool armored = false;
  std::vector<std::string> recipients = {};      ///< types, as the header has them
  std::optional<unsigned> work_factor = {};      ///< of a passphrase
  std::uint64_t header_size = 0;                 ///< nonce of the payload included
  std::uint64_t payload_size = 0;                ///< of the encrypted chunks
  std::optional<std::uint64_t> plain_size = {};  ///< none when no whole file has such a payload
};

/// Throws: base::Error (data) when the header is damaged.
[[nodiscard]] Facts inspect(stream::Input& input);

}  // namespace sluice::crypt
