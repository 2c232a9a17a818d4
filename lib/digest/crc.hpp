#pragma once
// Cyclic redundancy checks, for protocols that carry them.

#include <cstdint>

#include "base/bytes.hpp"

namespace sluice::digest {

/// CRC-32C (Castagnoli; RFC 3720, 12.1), by ISA-L.
[[nodiscard]] std::uint32_t crc32c(base::Bytes bytes);

/// CRC-64/NVME (NVM Command Set Specification, 5.2.1.3.4), eight bytes at a time.
[[nodiscard]] std::uint64_t crc64nvme(base::Bytes bytes);

}  // namespace sluice::digest
