#pragma once
// The payload of an age file: STREAM in chunks of 64 KiB (C2SP age.md, "Payload"), worked on in
// batches by stream::OrderedMap. At most 16 batches of 1 MiB are held.
//
// What seals leaves, at every moment but the end, a payload whose length no age file can have: it
// holds back all but a few bytes of the last chunk it has. So a reader sees that it failed.

#include "crypt/chunk_cipher.hpp"
#include "crypt/source.hpp"
#include "stream/sink.hpp"

namespace sluice::crypt {

inline constexpr std::size_t kNonceSize = 16;

/// Encrypts `input` to its end, which must be whole, to `out`, which is not finished. Uses
/// `threads` ≥ 1. Throws: base::Error; then `out` is visibly incomplete.
void seal_payload(stream::Input& input, stream::Sink& out, const Secret& key, unsigned threads);

/// Decrypts what is left of `source` to `out`, which is not finished. Every chunk that is
/// authentic is written, nothing else. Throws: base::Error (data) at the first that is not, at a
/// cut and at trailing bytes.
void open_payload(Source& source, stream::Sink& out, const Secret& key, unsigned threads);

/// Copies what is left of `source` to `out` as it is, making sure that it is a whole payload of
/// `key`. Throws: as open_payload(); then `out` is visibly incomplete.
void copy_payload(Source& source, stream::Sink& out, const Secret& key, unsigned threads);

}  // namespace sluice::crypt
