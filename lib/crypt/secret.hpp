#pragma once
// Bytes that must not outlive their use: identities, passphrases, file keys. They live in pages of
// their own that are locked in memory (as far as RLIMIT_MEMLOCK goes) and left out of core dumps,
// and are wiped when their owner lets go. Nothing secret is ever held in a std::string.

#include <memory>
#include <string_view>

#include "base/bytes.hpp"

namespace sluice::crypt {

/// Owns size() secret bytes. Move only; one thread at a time.
class Secret {
 public:
  Secret() = default;
  /// `size` zero bytes. Throws: std::bad_alloc.
  explicit Secret(std::size_t size);
  /// A copy; wiping the original is the caller's duty.
  explicit Secret(base::Bytes original);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] base::Bytes bytes() const { return {data_.get(), size_}; }
  [[nodiscard]] base::MutableBytes space() { return {data_.get(), size_}; }
  [[nodiscard]] std::string_view text() const { return base::as_text(bytes()); }

  /// Keeps the first `size` bytes and wipes the others.
  void shrink(std::size_t size);

 private:
  struct Release {
    void operator()(std::uint8_t* data) const;
  };
  std::unique_ptr<std::uint8_t[], Release> data_;
  std::size_t size_ = 0;
};

/// Overwrites bytes that are not a Secret but hold one (the environment).
void wipe(base::MutableBytes bytes);

/// No core dumps of this process, and no reading of its memory by other processes of the user.
void forbid_core_dumps();

/// Reads `fd` to its end, at most `limit` bytes. Throws: base::Error (config when longer).
[[nodiscard]] Secret read_secret(int fd, const std::string& name, std::size_t limit);

}  // namespace sluice::crypt
