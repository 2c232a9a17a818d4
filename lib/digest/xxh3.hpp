#pragma once
// XXH3-128: finds accidents, not attackers. Several GB/s a core.

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.hpp"

namespace sluice::digest {

class Xxh3 {
 public:
  Xxh3();
  ~Xxh3();
  Xxh3(const Xxh3&) = delete;
  Xxh3& operator=(const Xxh3&) = delete;

  void update(base::Bytes bytes);
  /// The digest of everything so far, in canonical order (as `xxh128sum` prints it).
  [[nodiscard]] std::array<std::uint8_t, 16> value() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::digest
