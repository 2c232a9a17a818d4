#include "crypt/header.hpp"

#include <gtest/gtest.h>

#include <cctype>

#include "base/error.hpp"
#include "crypt/armor.hpp"
#include "crypt_support.hpp"

namespace sluice::crypt {
namespace {

Header parse(const std::string& text) {
  stream::Input in = input_of(text);
  return read_header(*open_source(in));
}

std::string error_of(const std::string& text) {
  try {
    (void)parse(text);
    return {};
  } catch (const base::Error& error) {
    EXPECT_EQ(error.status(), base::Exit::data);
    return error.what();
  }
}

TEST(Header, ReadsWhatItWrites) {
  const Secret file_key = random_secret(kFileKeySize);
  for (const std::size_t body : {0, 1, 47, 48, 49, 96, 1000}) {
    const std::vector<Stanza> stanzas{{{"one"}, {}},
                                      {{"two", "!~", "x"}, std::vector<std::uint8_t>(body, 7)}};
    const std::string text = write_header(stanzas, file_key);
    stream::Input in = input_of(text);
    const auto source = open_source(in);
    const Header header = read_header(*source);
    ASSERT_EQ(header.stanzas.size(), 2U);
    EXPECT_EQ(header.stanzas[1].arguments, stanzas[1].arguments);
    EXPECT_EQ(header.stanzas[1].body, stanzas[1].body);
    EXPECT_EQ(header.size, text.size());
    EXPECT_NO_THROW(require_authentic(header, file_key, *source));
    EXPECT_THROW(require_authentic(header, random_secret(kFileKeySize), *source), base::Error);
  }
}

TEST(Header, EveryPrefixIsCut) {
  const std::string text =
      write_header(recipients_of(kTestIdentity).wrap(random_secret(16)), random_secret(16));
  for (std::size_t size = 1; size < text.size(); ++size) {
    EXPECT_EQ(error_of(text.substr(0, size)),
              "input: the header is cut after " + std::to_string(size) + " bytes");
  }
}

TEST(Header, EveryChangedByteIsRefusedOrNotAuthentic) {
  const Secret file_key = random_secret(kFileKeySize);
  const std::string text = write_header(recipients_of(kTestIdentity).wrap(file_key), file_key);
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const int bit : {1, 32, 128}) {
      std::string changed = text;
      changed[at] = static_cast<char>(changed[at] ^ bit);
      stream::Input in = input_of(changed + std::string(100, 'x'));
      EXPECT_THROW(
          {
            const auto source = open_source(in);
            require_authentic(read_header(*source), file_key, *source);
          },
          base::Error)
          << at;
    }
  }
}

TEST(Base64, IsStrict) {
  EXPECT_EQ(unbase64("AAAA")->size(), 3U);
  for (int c = 0; c < 256; ++c) {
    const std::string text{'A', static_cast<char>(c), 'A', 'A'};
    const bool valid = c < 128 && (std::isalnum(c) != 0 || c == '+' || c == '/');
    EXPECT_EQ(unbase64(text).has_value(), valid) << c;
    EXPECT_EQ(unbase64(text, Padding::required).has_value(), valid) << c;
  }
  for (const char* bad : {"A", "AAAAA", "AB", "AAB", "AA==", "AAA=", "AAAA\n"}) {
    EXPECT_FALSE(unbase64(bad)) << bad;
  }
  for (const char* bad : {"AA", "AA=", "AB==", "AA==A", "AA===", "===="}) {
    EXPECT_FALSE(unbase64(bad, Padding::required)) << bad;
  }
}

TEST(Header, NoLineMayBeEndless) {
  const std::string head = "age-encryption.org/v1\n-> X25519 ";
  EXPECT_EQ(error_of(head + std::string(3 << 20, 'a')),
            "input: the header is damaged at byte 22: a line is too long");
}

TEST(Keys, TheFirstOneThatFitsOpens) {
  const std::string file = encrypted("text", recipients_of(kTestIdentity));
  Keys keys;
  for (int i = 0; i < 3; ++i) {
    keys.identities.push_back(parse_identity(identity_text(random_secret(kKeySize)).text()));
  }
  EXPECT_EQ(try_decrypt(file, std::move(keys)).error, "input: wrong key: none of the 3 opens it");
  EXPECT_EQ(try_decrypt(file, keys_of(kTestIdentity)).data, "text");
  EXPECT_EQ(try_decrypt(file, {}).status, 78);
}

TEST(Keys, APassphraseStandsAlone) {
  const auto passphrase = [](const char* text) {
    return [text] { return Secret(base::as_bytes(text)); };
  };
  Recipients recipients;
  recipients.add(passphrase_recipient(Secret(base::as_bytes("right")), 10));
  const std::string file = encrypted("text", std::move(recipients));
  EXPECT_EQ(try_decrypt(file, {{}, passphrase("right")}).data, "text");
  EXPECT_EQ(try_decrypt(file, {{}, passphrase("wrong")}).error, "input: wrong passphrase");
  EXPECT_EQ(try_decrypt(file, keys_of(kTestIdentity)).error,
            "input: encrypted with a passphrase, and none is given");
}

TEST(Armor, EveryPrefixIsRefusedAndEveryLengthRoundTrips) {
  for (std::size_t size = 0; size < 130; ++size) {
    Collect text;
    ArmorSink armor(text);
    const std::string file = encrypted(pattern(size), recipients_of(kTestIdentity));
    armor.write(base::as_bytes(file));
    armor.finish();
    EXPECT_EQ(try_decrypt(text.data, keys_of(kTestIdentity)).data, pattern(size));
    EXPECT_EQ(try_decrypt("\n \n" + text.data + " \n\n", keys_of(kTestIdentity)).error, "");
    if (size != 100) continue;
    // Without its last line feed it is whole.
    for (std::size_t cut = 1; cut + 1 < text.data.size(); ++cut) {
      EXPECT_EQ(try_decrypt(text.data.substr(0, cut), keys_of(kTestIdentity)).status, 65) << cut;
    }
  }
}

}  // namespace
}  // namespace sluice::crypt
