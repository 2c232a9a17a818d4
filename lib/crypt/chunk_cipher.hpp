#pragma once
// The payload's cipher: ChaCha20-Poly1305. The chunks are those of STREAM in C2SP age.md.

#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "crypt/secret.hpp"

namespace sluice::crypt {

inline constexpr std::size_t kChunkSize = 64 << 10;
inline constexpr std::size_t kTagSize = 16;
inline constexpr std::size_t kSealedChunkSize = kChunkSize + kTagSize;

/// Where a chunk stands in its payload: what its nonce says.
struct Place {
  std::uint64_t number;  ///< from 0
  bool last;
};

/// One key, set once. One thread at a time; a copy of the key lives in here until the end, and is
/// wiped then.
class ChunkCipher {
 public:
  ChunkCipher() = default;
  virtual ~ChunkCipher() = default;
  ChunkCipher(const ChunkCipher&) = delete;
  ChunkCipher& operator=(const ChunkCipher&) = delete;

  /// Encrypts `size` bytes in place and appends the tag: `chunk` has room for size + kTagSize.
  virtual void seal(Place place, std::uint8_t* chunk, std::size_t size) = 0;

  /// Decrypts `sealed`, tag included, into `plain`, which is the same memory or other memory of
  /// sealed.size() - kTagSize bytes. When it returns false, `plain` is not authentic, nobody may
  /// see it, and it is `sealed` with the key stream applied. Needs sealed.size() ≥ kTagSize.
  [[nodiscard]] virtual bool open(Place place, base::Bytes sealed, std::uint8_t* plain) = 0;
};

/// The libraries that have the cipher. Both give the same bytes.
enum class CipherLibrary { libcrypto, libgcrypt };

/// With AVX-512, libcrypto 3.0 is 1.6 to 2 times as fast as libgcrypt 1.10; with AVX2 alone
/// libgcrypt, whose cipher and authenticator go through the data together, is 1.5 times as fast as
/// libcrypto. Either is several times as fast as libsodium.
[[nodiscard]] CipherLibrary fastest_cipher_library();

/// `key` has 32 bytes. Throws: base::Error (software) when the library lacks the cipher.
[[nodiscard]] std::unique_ptr<ChunkCipher> make_chunk_cipher(
    const Secret& key, CipherLibrary library = fastest_cipher_library());

}  // namespace sluice::crypt
