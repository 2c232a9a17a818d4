#include "crypt/chunk_cipher.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "crypt_support.hpp"

namespace sluice::crypt {
namespace {

using Data = std::vector<std::uint8_t>;

constexpr std::size_t kSizes[] = {0,         1, 15, 16, 17, 255, 256, 257, 1023, kChunkSize - 1,
                                  kChunkSize};
constexpr Place kPlaces[] = {{0, false}, {0, true}, {1, false}, {0x0102030405060708, true}};
constexpr CipherLibrary kLibraries[] = {CipherLibrary::libcrypto, CipherLibrary::libgcrypt};

Data pattern_data(std::size_t size) {
  const std::string bytes = pattern(size);
  return {bytes.begin(), bytes.end()};
}

Data sealed(ChunkCipher& cipher, Place place, const Data& plain) {
  Data chunk = plain;
  chunk.resize(plain.size() + kTagSize);
  cipher.seal(place, chunk.data(), plain.size());
  return chunk;
}

class ChunkCipherTest : public ::testing::TestWithParam<CipherLibrary> {
 protected:
  Secret key_{pattern_data(32)};
  std::unique_ptr<ChunkCipher> cipher_ = make_chunk_cipher(key_, GetParam());
};

// RFC 8439, 2.8, applied to nothing: the tag of an empty text under an all-zero key and nonce.
TEST_P(ChunkCipherTest, SealsAsTheStandardSays) {
  const auto cipher = make_chunk_cipher(Secret(32), GetParam());
  const Data expected{0x4e, 0xb9, 0x72, 0xc9, 0xa8, 0xfb, 0x3a, 0x1b,
                      0x38, 0x2b, 0xb4, 0xd3, 0x6f, 0x5f, 0xfa, 0xd1};
  EXPECT_EQ(sealed(*cipher, {0, false}, {}), expected);
}

TEST_P(ChunkCipherTest, OpensWhatAnyLibrarySealed) {
  for (const CipherLibrary other : kLibraries) {
    const auto sealer = make_chunk_cipher(key_, other);
    for (const std::size_t size : kSizes) {
      for (const Place place : kPlaces) {
        const Data plain = pattern_data(size);
        const Data chunk = sealed(*sealer, place, plain);
        EXPECT_EQ(chunk, sealed(*cipher_, place, plain));
        Data opened(size);
        EXPECT_TRUE(cipher_->open(place, chunk, opened.data()));
        EXPECT_EQ(opened, plain);
        Data in_place = chunk;
        EXPECT_TRUE(cipher_->open(place, in_place, in_place.data()));
        in_place.resize(size);
        EXPECT_EQ(in_place, plain);
      }
    }
  }
}

TEST_P(ChunkCipherTest, RefusesWhatIsNotAuthentic) {
  for (const std::size_t size : kSizes) {
    const Data chunk = sealed(*cipher_, {1, false}, pattern_data(size));
    Data opened(size);
    for (const std::size_t at : {std::size_t{0}, size, chunk.size() - 1}) {
      Data damaged = chunk;
      damaged[at] ^= 0x80;
      EXPECT_FALSE(cipher_->open({1, false}, damaged, opened.data())) << size << " at " << at;
    }
    EXPECT_FALSE(cipher_->open({1, true}, chunk, opened.data()));
    EXPECT_FALSE(cipher_->open({2, false}, chunk, opened.data()));
    EXPECT_TRUE(cipher_->open({1, false}, chunk, opened.data()));  // still of use
  }
}

// What tells a cut from damage tries a chunk twice, in place.
TEST_P(ChunkCipherTest, AppliesTheKeyStreamAlsoToWhatIsNotAuthentic) {
  const Data plain = pattern_data(kChunkSize);
  const Data chunk = sealed(*cipher_, {5, true}, plain);
  Data tried = chunk;
  EXPECT_FALSE(cipher_->open({5, false}, tried, tried.data()));
  EXPECT_FALSE(cipher_->open({5, false}, tried, tried.data()));
  EXPECT_EQ(tried, chunk);
  EXPECT_TRUE(cipher_->open({5, true}, tried, tried.data()));
}

INSTANTIATE_TEST_SUITE_P(Libraries, ChunkCipherTest, ::testing::ValuesIn(kLibraries));

}  // namespace
}  // namespace sluice::crypt
