#pragma once
// Decompression of gzip, BGZF and zstd, recognised by their first bytes.

#include "stream/input.hpp"
#include "stream/sink.hpp"

namespace sluice::zip {

/// Decompresses all of `in` to `out`; what `out` gets is checked, and in.require_whole() has
/// passed when this returns. Does not call out.finish(). Our own streams (and all BGZF) on
/// `threads` cores, foreign ones on one and in bounded memory.
/// Throws: base::Error (data) for damage, naming the byte offset, and for other formats.
void decompress(stream::Input& in, stream::Sink& out, unsigned threads);

/// What `head`, the first bytes of a stream, is already compressed or encrypted with; null if
/// with nothing known.
[[nodiscard]] const char* compressed_format(base::Bytes head);

}  // namespace sluice::zip
