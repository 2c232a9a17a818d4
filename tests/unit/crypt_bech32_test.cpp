#include "crypt/bech32.hpp"

#include <gtest/gtest.h>

#include <string>

#include "crypt/primitives.hpp"

namespace sluice::crypt {
namespace {

TEST(Bech32, RoundTripsEveryLength) {
  for (std::size_t size = 0; size < 70; ++size) {
    const Secret data = random_secret(size);
    for (const char* prefix : {"age", "AGE-SECRET-KEY-"}) {
      const Secret text = bech32_encode(prefix, data.bytes());
      const auto decoded = bech32_decode(prefix, text.text());
      ASSERT_TRUE(decoded) << text.text();
      EXPECT_TRUE(equal(decoded->bytes(), data.bytes()));
    }
  }
}

// BIP 173, "Test vectors".
TEST(Bech32, AcceptsTheVectorsOfBip173) {
  EXPECT_TRUE(bech32_decode("A", "A12UEL5L"));
  EXPECT_TRUE(bech32_decode("a", "a12uel5l"));
  EXPECT_TRUE(
      bech32_decode("split", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w"));
}

TEST(Bech32, RefusesEveryChangedCharacter) {
  const Secret text = bech32_encode("age", random_secret(32).bytes());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed(text.text());
    changed[i] = changed[i] == 'q' ? 'p' : 'q';
    EXPECT_FALSE(bech32_decode("age", changed)) << changed;
  }
}

TEST(Bech32, RefusesWhatIsNot) {
  for (const char* bad :
       {"", "1", "age1", "age", "A12uEL5L", "a12uel5", "age1qqqqqqqq", "1qzzfhee"}) {
    EXPECT_FALSE(bech32_decode("age", bad)) << bad;
    EXPECT_FALSE(bech32_decode("a", bad)) << bad;
  }
}

}  // namespace
}  // namespace sluice::crypt
