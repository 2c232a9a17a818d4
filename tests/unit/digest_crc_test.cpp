#include "digest/crc.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::digest {
namespace {

// The check values of the catalogue of parametrised CRC algorithms.
TEST(Crc, HasTheCheckValues) {
  EXPECT_EQ(crc32c(base::as_bytes("123456789")), 0xe3069283U);
  EXPECT_EQ(crc64nvme(base::as_bytes("123456789")), 0xae8b14860a799888U);
  EXPECT_EQ(crc32c({}), 0U);
  EXPECT_EQ(crc64nvme({}), 0U);
}

// NVM Command Set Specification, figure "64b CRC test cases": 4 KiB of zeros, of ones.
TEST(Crc, OfBlocks) {
  EXPECT_EQ(crc64nvme(base::as_bytes(std::string(4096, '\0'))), 0x6482d367eb22b64eU);
  EXPECT_EQ(crc64nvme(base::as_bytes(std::string(4096, '\xff'))), 0xc0ddba7302eca3acU);
}

}  // namespace
}  // namespace sluice::digest
