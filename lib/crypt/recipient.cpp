#include "crypt/recipient.hpp"

#include <algorithm>
#include <cassert>

#include "base/error.hpp"
#include "base/text.hpp"
#include "crypt/bech32.hpp"
#include "crypt/ssh_key.hpp"

namespace sluice::crypt {

using base::Bytes;
using base::Error;
using base::Exit;

namespace {

constexpr std::string_view kScryptLabel = "age-encryption.org/v1/scrypt";

std::vector<std::uint8_t> joined(Bytes a, Bytes b) {
  std::vector<std::uint8_t> both(a.begin(), a.end());
  both.insert(both.end(), b.begin(), b.end());
  return both;
}

class X25519Recipient : public Recipient {
 public:
  explicit X25519Recipient(const Block32& key) : key_(key) {}

  [[nodiscard]] Stanza wrap(const Secret& file_key) const override {
    const Secret ephemeral = random_secret(kKeySize);
    const Block32 share = x25519_public(ephemeral.bytes());
    const auto shared = x25519(ephemeral.bytes(), key_);
    if (!shared) throw Error(Exit::config, text() + ": not a usable key");
    const Block32 body = crypt::wrap(x25519_wrap_key(*shared, share, key_, kX25519Info), file_key);
    return {{"X25519", base64(share)}, {body.begin(), body.end()}};
  }
  [[nodiscard]] std::string text() const override {
    return std::string(bech32_encode("age", key_).text());
  }

 private:
  Block32 key_;
};

class PassphraseRecipient : public Recipient {
 public:
  PassphraseRecipient(Secret passphrase, unsigned work_factor)
      : passphrase_(std::move(passphrase)), work_factor_(work_factor) {}

  [[nodiscard]] Stanza wrap(const Secret& file_key) const override {
    std::array<std::uint8_t, 16> salt{};
    fill_random(salt);
    const Block32 body = crypt::wrap(passphrase_key(passphrase_, salt, work_factor_), file_key);
    return {{"scrypt", base64(salt), std::to_string(work_factor_)}, {body.begin(), body.end()}};
  }
  [[nodiscard]] std::string text() const override { return "passphrase"; }

 private:
  Secret passphrase_;
  unsigned work_factor_;
};

[[noreturn]] void unsupported(const std::string& what, const std::string& instead) {
  throw Error(Exit::config, what, instead);
}

// What is not a recipient of ours, told apart by name.
[[noreturn]] void refuse(std::string_view text) {
  const std::string kind = base::lower(bech32_prefix(text));
  const std::string ours = "use an age1… or ssh-ed25519 recipient";
  if (base::lower(text).starts_with("age-")) {
    unsupported("a secret key where a recipient belongs",
                "seal-keygen -y prints the recipient of a key; do not show the key to anybody");
  }
  if (kind == "age1pq") unsupported("age1pq1…: post-quantum recipients are not supported", ours);
  if (kind.starts_with("age1")) {
    unsupported(base::printable(kind) + "1…: recipients of plugins (age-plugin-" +
                    base::printable(kind.substr(4)) + ") are not supported",
                ours);
  }
  const std::string_view word = text.substr(0, text.find(' '));
  for (const std::string_view other : {"ssh-rsa", "ssh-dss", "ecdsa-", "sk-"}) {
    if (word.starts_with(other)) {
      unsupported(base::printable(word) + ": SSH keys of this type are not supported", ours);
    }
  }
  if (text.starts_with("age1")) throw Error(Exit::config, "a damaged age1… recipient");
  throw Error(Exit::config, "not a recipient", ours);
}

}  // namespace

Secret x25519_wrap_key(const Secret& shared, Bytes share, Bytes recipient, std::string_view info) {
  return hkdf(shared.bytes(), joined(share, recipient), info);
}

Secret passphrase_key(const Secret& passphrase, Bytes salt, unsigned work_factor) {
  return scrypt(passphrase, joined(base::as_bytes(kScryptLabel), salt), work_factor);
}

void Recipients::add(std::unique_ptr<Recipient> recipient) {
  const std::string text = recipient->text();
  const bool known = std::any_of(list_.begin(), list_.end(),
                                 [&](const auto& other) { return other->text() == text; });
  if (!known) list_.push_back(std::move(recipient));
}

std::vector<Stanza> Recipients::wrap(const Secret& file_key) const {
  std::vector<Stanza> stanzas;
  for (const auto& recipient : list_) stanzas.push_back(recipient->wrap(file_key));
  return stanzas;
}

std::unique_ptr<Recipient> parse_recipient(std::string_view text) {
  text = base::trim(text);
  if (text.starts_with("ssh-ed25519 ")) return ssh_recipient(text);
  const auto data = bech32_decode("age", text);
  if (!data || data->size() != kKeySize) refuse(text);
  Block32 key{};
  std::copy_n(data->bytes().begin(), key.size(), key.begin());
  return x25519_recipient(key);
}

std::unique_ptr<Recipient> x25519_recipient(const Block32& public_key) {
  return std::make_unique<X25519Recipient>(public_key);
}

std::unique_ptr<Recipient> passphrase_recipient(Secret passphrase, unsigned work_factor) {
  return std::make_unique<PassphraseRecipient>(std::move(passphrase), work_factor);
}

}  // namespace sluice::crypt
