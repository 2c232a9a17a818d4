#include "crypt/ssh_key.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sluice::crypt {

using base::Bytes;
using base::Error;
using base::Exit;

namespace {

constexpr std::string_view kType = "ssh-ed25519";
constexpr std::string_view kInfo = "age-encryption.org/v1/ssh-ed25519";
constexpr std::string_view kPemLastLine = "-----END OPENSSH PRIVATE KEY-----";

[[noreturn]] void damaged() { throw Error(Exit::config, "a damaged SSH key"); }

// The wire format of RFC 4251 §5.
class WireReader {
 public:
  explicit WireReader(Bytes bytes) : bytes_(bytes) {}

  Bytes take(std::size_t count) {
    if (bytes_.size() < count) damaged();
    const Bytes taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }
  std::uint32_t number() {
    const Bytes four = take(4);
    return std::uint32_t{four[0]} << 24 | std::uint32_t{four[1]} << 16 |
           std::uint32_t{four[2]} << 8 | four[3];
  }
  Bytes string() { return take(number()); }
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

 private:
  Bytes bytes_;
};

/// A public key in both of its forms.
struct PublicKey {
  std::vector<std::uint8_t> wire;
  Block32 x25519;

  explicit PublicKey(Bytes bytes) : wire(bytes.begin(), bytes.end()), x25519{} {
    WireReader reader(wire);
    const Bytes type = reader.string();
    const Bytes key = reader.string();
    if (base::as_text(type) != kType || key.size() != kKeySize || !reader.at_end()) damaged();
    const auto point = ed25519_public_to_x25519(key);
    if (!point) damaged();
    x25519 = *point;
  }

  // The first bytes of a hash, so that an identity finds its stanza.
  [[nodiscard]] std::string tag() const { return base64(Bytes(sha256(wire)).first(4)); }
  // Mixed into the shared secret: it binds the stanza to the SSH key, not to its X25519 form.
  [[nodiscard]] Secret tweak() const { return hkdf({}, wire, kInfo); }
};

class SshRecipient : public Recipient {
 public:
  explicit SshRecipient(PublicKey key) : key_(std::move(key)) {}

  [[nodiscard]] Stanza wrap(const Secret& file_key) const override {
    const Secret ephemeral = random_secret(kKeySize);
    const Block32 share = x25519_public(ephemeral.bytes());
    auto shared = x25519(ephemeral.bytes(), key_.x25519);
    if (shared) shared = x25519(key_.tweak().bytes(), shared->bytes());
    if (!shared) damaged();
    const Block32 body = crypt::wrap(x25519_wrap_key(*shared, share, key_.x25519, kInfo), file_key);
    return {{std::string(kType), key_.tag(), base64(share)}, {body.begin(), body.end()}};
  }
  [[nodiscard]] std::string text() const override {
    return std::string(kType) + " " + base64(key_.wire, Padding::required);
  }

 private:
  PublicKey key_;
};

class SshIdentity : public Identity {
 public:
  SshIdentity(PublicKey key, Secret secret) : key_(std::move(key)), secret_(std::move(secret)) {}

  [[nodiscard]] std::optional<Secret> unwrap(const Stanza& stanza,
                                             const Source& source) const override {
    if (stanza.arguments.front() != kType || stanza.arguments.at(1) != key_.tag()) {
      return std::nullopt;
    }
    const auto share = unbase64(stanza.arguments.at(2));
    auto shared = x25519(secret_.bytes(), *share);
    if (shared) shared = x25519(key_.tweak().bytes(), shared->bytes());
    if (!shared) {
      source.fail("the header is damaged at byte " + std::to_string(stanza.offset) +
                  ": the share of an ssh-ed25519 stanza has a low order");
    }
    return crypt::unwrap(x25519_wrap_key(*shared, *share, key_.x25519, kInfo), stanza.body);
  }
  [[nodiscard]] std::unique_ptr<Recipient> recipient() const override {
    return std::make_unique<SshRecipient>(key_);
  }

 private:
  PublicKey key_;
  Secret secret_;
};

// The part of an OpenSSH private key file that is encrypted where a passphrase protects it.
std::unique_ptr<Identity> read_private_part(Bytes bytes, PublicKey key) {
  WireReader reader(bytes);
  if (reader.number() != reader.number()) damaged();
  if (base::as_text(reader.string()) != kType) damaged();
  const Bytes public_key = reader.string();
  const Bytes secret = reader.string();
  if (secret.size() != 2 * kKeySize || !equal(secret.last(kKeySize), public_key)) damaged();
  Secret scalar = ed25519_secret_to_x25519(secret);
  if (!equal(x25519_public(scalar.bytes()), key.x25519)) damaged();
  return std::make_unique<SshIdentity>(std::move(key), std::move(scalar));
}

}  // namespace

std::unique_ptr<Recipient> ssh_recipient(std::string_view line) {
  std::string_view key = base::trim(line.substr(kType.size()));
  key = key.substr(0, key.find_first_of(" \t"));
  const auto wire = unbase64(key, Padding::required);
  if (!wire) damaged();
  return std::make_unique<SshRecipient>(PublicKey(*wire));
}

std::unique_ptr<Identity> ssh_identity(std::string_view pem) {
  const std::size_t end = pem.find(kPemLastLine);
  if (!pem.starts_with(kSshPemFirstLine) || end == std::string_view::npos) damaged();
  const auto file =
      unbase64_secret(pem.substr(kSshPemFirstLine.size(), end - kSshPemFirstLine.size()));
  if (!file) damaged();
  WireReader reader(file->bytes());
  constexpr std::string_view kMagic("openssh-key-v1\0", 15);
  if (base::as_text(reader.take(kMagic.size())) != kMagic) damaged();
  const std::string_view cipher = base::as_text(reader.string());
  if (cipher != "none") {
    throw Error(Exit::config, "an SSH key with a passphrase is not supported",
                "remove it from a copy of the key: ssh-keygen -p -N '' -f COPY");
  }
  (void)reader.string();  // the name of the key derivation
  (void)reader.string();  // its options
  if (reader.number() != 1) damaged();
  const Bytes public_key = reader.string();
  const std::string_view type = base::as_text(WireReader(public_key).string());
  if (type != kType) {
    throw Error(Exit::config, base::printable(type) + ": SSH keys of this type are not supported");
  }
  return read_private_part(reader.string(), PublicKey(public_key));
}

}  // namespace sluice::crypt
