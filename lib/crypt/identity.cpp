#include "crypt/identity.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "crypt/bech32.hpp"

namespace sluice::crypt {

using base::Error;
using base::Exit;

namespace {

constexpr std::string_view kPrefix = "AGE-SECRET-KEY-";

class X25519Identity : public Identity {
 public:
  explicit X25519Identity(Secret key)
      : key_(std::move(key)), public_(x25519_public(key_.bytes())) {}

  [[nodiscard]] std::optional<Secret> unwrap(const Stanza& stanza,
                                             const Source& source) const override {
    if (stanza.arguments.front() != "X25519") return std::nullopt;
    const auto share = unbase64(stanza.arguments.at(1));
    const auto shared = x25519(key_.bytes(), *share);
    if (!shared) {
      source.fail("the header is damaged at byte " + std::to_string(stanza.offset) +
                  ": the share of an X25519 stanza has a low order");
    }
    return crypt::unwrap(x25519_wrap_key(*shared, *share, public_, kX25519Info), stanza.body);
  }
  [[nodiscard]] std::unique_ptr<Recipient> recipient() const override {
    return x25519_recipient(public_);
  }

 private:
  Secret key_;
  Block32 public_;
};

std::optional<Secret> unwrap_with_passphrase(const Stanza& stanza, const Secret& passphrase) {
  const auto salt = unbase64(stanza.arguments.at(1));
  return unwrap(passphrase_key(passphrase, *salt, work_factor_of(stanza)), stanza.body);
}

Secret open_with_passphrase(const Header& header, const Keys& keys, const std::string& name) {
  if (!keys.passphrase) {
    throw Error(Exit::config, name + ": encrypted with a passphrase, and none is given",
                "set SEAL_PASSPHRASE_FILE, or run seal -d at a terminal");
  }
  auto file_key = unwrap_with_passphrase(header.stanzas.front(), keys.passphrase());
  if (!file_key) throw Error(Exit::config, name + ": wrong passphrase");
  return std::move(*file_key);
}

Secret open_with_identity(const Header& header, const Keys& keys, const Source& source) {
  const std::string& name = source.input().name();
  const std::string types = base::printable(header.types());
  if (keys.identities.empty()) {
    throw Error(Exit::config, name + ": encrypted to a key, and none is given",
                "give the key file with -i or SEAL_IDENTITY_FILE; the recipients are: " + types);
  }
  for (const auto& identity : keys.identities) {
    for (const Stanza& stanza : header.stanzas) {
      if (auto file_key = identity->unwrap(stanza, source)) return std::move(*file_key);
    }
  }
  throw Error(Exit::config,
              name + ": wrong key: " +
                  (keys.identities.size() == 1
                       ? "the one given does not open it"
                       : "none of the " + std::to_string(keys.identities.size()) + " opens it"),
              "the recipients are: " + types);
}

}  // namespace

std::unique_ptr<Identity> parse_identity(std::string_view text) {
  const std::string kind = base::lower(bech32_prefix(text));
  if (kind == "age-secret-key-pq-") {
    throw Error(Exit::config, "AGE-SECRET-KEY-PQ-1…: post-quantum keys are not supported");
  }
  if (kind.starts_with("age-plugin-")) {
    throw Error(Exit::config, "AGE-PLUGIN-…: keys of plugins are not supported");
  }
  auto key = bech32_decode(kPrefix, text);
  if (!key) {
    throw Error(Exit::config, text.starts_with(kPrefix) ? "a damaged AGE-SECRET-KEY-1…"
                                                        : "not an AGE-SECRET-KEY-1…");
  }
  if (key->size() != kKeySize) throw Error(Exit::config, "an AGE-SECRET-KEY-1… of a wrong length");
  return std::make_unique<X25519Identity>(std::move(*key));
}

Secret identity_text(const Secret& key) { return bech32_encode(kPrefix, key.bytes()); }

Secret unwrap_file_key(const Header& header, const Keys& keys, const Source& source) {
  const bool by_passphrase = header.stanzas.front().arguments.front() == "scrypt";
  Secret file_key = by_passphrase ? open_with_passphrase(header, keys, source.input().name())
                                  : open_with_identity(header, keys, source);
  require_authentic(header, file_key, source);
  return file_key;
}

}  // namespace sluice::crypt
