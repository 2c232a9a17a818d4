#pragma once
// The textual header of an age file (C2SP age.md, "Header"): it wraps the file key for each
// recipient in a stanza, and is authenticated with the file key itself.

#include <cstdint>
#include <string>
#include <vector>

#include "crypt/primitives.hpp"
#include "crypt/source.hpp"

namespace sluice::crypt {

struct Stanza {
  std::vector<std::string> arguments;  ///< the first is the recipient's type; never empty
  std::vector<std::uint8_t> body;
  std::uint64_t offset = 0;  ///< in the file it was read from
};

struct Header {
  std::vector<Stanza> stanzas;
  std::string authenticated;  ///< what the MAC is over
  Block32 mac;
  std::uint64_t size;  ///< in bytes, MAC line included

  /// The recipients' types in order, "X25519, X25519, ssh-ed25519".
  [[nodiscard]] std::string types() const;
};

/// Reads a header to its end and checks the shape of the stanzas whose type we know.
/// Throws: base::Error (data).
[[nodiscard]] Header read_header(Source& source);

/// Throws: base::Error (data) when the header was not made with `file_key`.
void require_authentic(const Header& header, const Secret& file_key, const Source& source);

[[nodiscard]] std::string write_header(const std::vector<Stanza>& stanzas, const Secret& file_key);

/// The largest work factor of scrypt that is accepted: 2^22 takes 4 GiB and a minute.
inline constexpr unsigned kMostWorkFactor = 22;
/// What a scrypt stanza says. Only for one that read_header() accepted.
[[nodiscard]] unsigned work_factor_of(const Stanza& stanza);

}  // namespace sluice::crypt
