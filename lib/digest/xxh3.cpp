#include "digest/xxh3.hpp"

#include <algorithm>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace sluice::digest {

struct Xxh3::State : XXH3_state_t {};

Xxh3::Xxh3() : state_(std::make_unique<State>()) { XXH3_128bits_reset(state_.get()); }
Xxh3::~Xxh3() = default;

void Xxh3::update(base::Bytes bytes) {
  XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
}

std::array<std::uint8_t, 16> Xxh3::value() const {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
  std::array<std::uint8_t, 16> bytes{};
  std::copy(std::begin(canonical.digest), std::end(canonical.digest), bytes.begin());
  return bytes;
}

}  // namespace sluice::digest
