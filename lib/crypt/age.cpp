#include "crypt/age.hpp"

#include <array>

#include "crypt/payload.hpp"

namespace sluice::crypt {

using base::Bytes;

namespace {

using Nonce = std::array<std::uint8_t, kNonceSize>;

Secret payload_key(const Secret& file_key, const Nonce& nonce) {
  return hkdf(file_key.bytes(), nonce, "payload");
}

Nonce read_nonce(Source& source) {
  Nonce nonce{};
  if (source.read_full(nonce) < nonce.size()) {
    source.fail_at_end("the header is cut after " + std::to_string(source.offset()) + " bytes");
  }
  return nonce;
}

}  // namespace

void encrypt(stream::Input& input, stream::Sink& out, Recipients recipients, unsigned threads) {
  Nonce nonce{};
  fill_random(nonce);
  Secret key;
  {
    const Recipients consumed = std::move(recipients);
    const Secret file_key = random_secret(kFileKeySize);
    out.write(base::as_bytes(write_header(consumed.wrap(file_key), file_key)));
    key = payload_key(file_key, nonce);
  }
  out.write(nonce);
  seal_payload(input, out, key, threads);
}

void decrypt(stream::Input& input, stream::Sink& out, Keys keys, unsigned threads) {
  const auto source = open_source(input);
  const Header header = read_header(*source);
  Secret key;
  {
    const Keys consumed = std::move(keys);
    const Nonce nonce = read_nonce(*source);
    key = payload_key(unwrap_file_key(header, consumed, *source), nonce);
  }
  open_payload(*source, out, key, threads);
  input.require_whole(stream::Mark::whole);
}

void rewrap(stream::Input& input, stream::Sink& out, Keys keys, Recipients recipients,
            unsigned threads) {
  const auto source = open_source(input);
  const Header header = read_header(*source);
  const Nonce nonce = read_nonce(*source);
  Secret key;
  {
    const Keys consumed = std::move(keys);
    const Secret file_key = unwrap_file_key(header, consumed, *source);
    out.write(base::as_bytes(write_header(recipients.wrap(file_key), file_key)));
    key = payload_key(file_key, nonce);
  }
  out.write(nonce);
  copy_payload(*source, out, key, threads);
  input.require_whole(stream::Mark::whole);
}

Facts inspect(stream::Input& input) {
  const auto source = open_source(input);
  const Header header = read_header(*source);
  (void)read_nonce(*source);
  Facts facts{.armored = source->armored(), .header_size = source->offset()};
  for (const Stanza& stanza : header.stanzas) {
    facts.recipients.push_back(stanza.arguments.front());
    if (stanza.arguments.front() == "scrypt") facts.work_factor = work_factor_of(stanza);
  }
  if (input.size_if_known() > 0 && !facts.armored) {
    facts.payload_size = input.size_if_known() - facts.header_size;
  } else {
    base::Buffer scratch(kSealedChunkSize);
    while (source->read_full(scratch.space()) == scratch.capacity()) {
    }
    facts.payload_size = source->offset() - facts.header_size;
  }
  const std::uint64_t chunks = (facts.payload_size + kSealedChunkSize - 1) / kSealedChunkSize;
  const std::uint64_t last = facts.payload_size - (chunks == 0 ? 0 : chunks - 1) * kSealedChunkSize;
  if (last > kTagSize || (last == kTagSize && chunks == 1)) {
    facts.plain_size = facts.payload_size - chunks * kTagSize;
  }
  return facts;
}

}  // namespace sluice::crypt
