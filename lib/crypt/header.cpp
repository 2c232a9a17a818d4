#include "crypt/header.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sluice::crypt {

namespace {

constexpr std::string_view kMagic = "age-encryption.org/";
constexpr std::string_view kVersion = "v1";
constexpr std::string_view kStanzaMark = "-> ";
constexpr std::string_view kMacMark = "---";
constexpr std::size_t kColumns = 64;
// Room for some ten thousand recipients; what is larger is no header.
constexpr std::size_t kMostHeader = 1 << 20;

[[noreturn]] void fail_header(const Source& source, std::uint64_t at, const std::string& reason) {
  source.fail("the header is damaged at byte " + std::to_string(at) + ": " + reason);
}

bool is_visible(char c) { return c > ' ' && c <= '~'; }

class Parser {
 public:
  explicit Parser(Source& source) : source_(source) {}

  Header parse() {
    read_version();
    std::string line = next_line();
    while (line.starts_with(kStanzaMark)) {
      read_stanza(line);
      line = next_line();
    }
    if (header_.stanzas.empty()) damaged("the first stanza is missing");
    read_mac(line);
    header_.size = source_.offset();
    return std::move(header_);
  }

  [[noreturn]] void damaged(const std::string& reason) const {
    fail_header(source_, line_at_, reason);
  }

 private:
  std::string next_line() {
    line_at_ = source_.offset();
    std::string line = source_.read_line(kMostHeader - header_.authenticated.size());
    header_.authenticated += line + "\n";
    return line;
  }

  void read_version() {
    const std::string_view head = base::as_text(source_.peek());
    const std::size_t length = std::min(head.size(), kMagic.size());
    if (head.substr(0, length) != kMagic.substr(0, length)) source_.fail("not an age file");
    const std::string line = next_line();
    if (!line.starts_with(kMagic)) source_.fail("not an age file");
    const std::string version = line.substr(kMagic.size());
    if (version != kVersion) {
      damaged("unsupported version " + base::printable(version.substr(0, 20)));
    }
  }

  void read_stanza(const std::string& line) {
    Stanza stanza;
    stanza.offset = line_at_;
    for (const std::string& argument : base::split(line.substr(kStanzaMark.size()), ' ')) {
      if (argument.empty() || !std::all_of(argument.begin(), argument.end(), is_visible)) {
        damaged("a stanza has an empty argument or one with a forbidden character");
      }
      stanza.arguments.push_back(argument);
    }
    for (;;) {
      const std::string part = next_line();
      if (part.size() > kColumns) damaged("a line is longer than 64 columns");
      const auto bytes = unbase64(part);
      if (!bytes) damaged("a stanza's body is not canonical base64");
      stanza.body.insert(stanza.body.end(), bytes->begin(), bytes->end());
      if (part.size() < kColumns) break;
    }
    header_.stanzas.push_back(std::move(stanza));
  }

  void read_mac(const std::string& line) {
    if (!line.starts_with(std::string(kMacMark) + " ")) {
      damaged("neither a stanza nor the authentication");
    }
    const auto mac = unbase64(line.substr(kMacMark.size() + 1));
    if (!mac || mac->size() != header_.mac.size()) {
      damaged("the authentication is not 32 bytes of canonical base64");
    }
    std::copy(mac->begin(), mac->end(), header_.mac.begin());
    header_.authenticated.resize(header_.authenticated.size() - line.size() - 1 + kMacMark.size());
  }

  Source& source_;
  Header header_{};
  std::uint64_t line_at_ = 0;
};

bool is_encoded(const std::string& text, std::size_t size) {
  const auto bytes = unbase64(text);
  return bytes && bytes->size() == size;
}

// "" or what is wrong with a stanza whose type we know (C2SP age.md, each type's "MUST reject").
std::string flaw_of(const Stanza& stanza, std::size_t stanza_count) {
  const std::string& type = stanza.arguments.front();
  const std::size_t count = stanza.arguments.size();
  bool sound = true;
  if (type == "X25519") {
    sound = count == 2 && is_encoded(stanza.arguments[1], kKeySize);
  } else if (type == "ssh-ed25519") {
    sound = count == 3 && is_encoded(stanza.arguments[1], 4) &&
            is_encoded(stanza.arguments[2], kKeySize);
  } else if (type == "scrypt") {
    if (stanza_count > 1) return "a passphrase is mixed with other recipients";
    sound = count == 3 && is_encoded(stanza.arguments[1], 16);
    const std::string work = sound ? stanza.arguments[2] : "";
    const bool decimal = !work.empty() && work.find_first_not_of("0123456789") == std::string::npos;
    if (!sound || !decimal || work.front() == '0') return "the scrypt stanza is malformed";
    const auto factor = base::parse_number(work);
    if (!factor || *factor > kMostWorkFactor) {
      return "the work factor of scrypt is above " + std::to_string(kMostWorkFactor);
    }
  } else {
    return {};
  }
  sound = sound && stanza.body.size() == kWrappedSize;
  return sound ? "" : "the " + type + " stanza is malformed";
}

}  // namespace

std::string Header::types() const {
  std::vector<std::string> types;
  for (const Stanza& stanza : stanzas) types.push_back(stanza.arguments.front());
  return base::join(types, ", ");
}

Header read_header(Source& source) {
  Header header = Parser(source).parse();
  for (const Stanza& stanza : header.stanzas) {
    const std::string flaw = flaw_of(stanza, header.stanzas.size());
    if (!flaw.empty()) fail_header(source, stanza.offset, flaw);
  }
  return header;
}

void require_authentic(const Header& header, const Secret& file_key, const Source& source) {
  const Secret key = hkdf(file_key.bytes(), {}, "header");
  const Block32 mac = hmac_sha256(key.bytes(), base::as_bytes(header.authenticated));
  if (!equal(mac, header.mac)) {
    fail_header(source, header.authenticated.size(), "it is not authentic");
  }
}

std::string write_header(const std::vector<Stanza>& stanzas, const Secret& file_key) {
  std::string text = std::string(kMagic) + std::string(kVersion) + "\n";
  for (const Stanza& stanza : stanzas) {
    text += std::string(kStanzaMark) + base::join(stanza.arguments, " ") + "\n";
    const std::string body = base64(stanza.body);
    for (std::size_t at = 0; at <= body.size(); at += kColumns) {
      text += body.substr(at, kColumns) + "\n";
    }
  }
  text += kMacMark;
  const Secret key = hkdf(file_key.bytes(), {}, "header");
  return text + " " + base64(hmac_sha256(key.bytes(), base::as_bytes(text))) + "\n";
}

unsigned work_factor_of(const Stanza& stanza) {
  return static_cast<unsigned>(base::parse_number(stanza.arguments.at(2)).value_or(0));
}

}  // namespace sluice::crypt
