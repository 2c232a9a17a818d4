#pragma once
// Compression on all cores: the input is cut into blocks that stand for themselves, so that both
// directions run in parallel and any stock tool of the format reads the result.

#include <cstdint>
#include <optional>

#include "stream/input.hpp"
#include "stream/sink.hpp"

namespace sluice::zip {

enum class Format { gzip, zstd };

/// gzip: 1…12 (libdeflate). zstd: 1…19, and -1…-99 for the fast ones.
struct Levels {
  int least;
  int most;
  int fallback;  ///< the default
};
[[nodiscard]] Levels levels_of(Format format);

struct CompressOptions {
  Format format = Format::gzip;
  int level = 0;         ///< in levels_of(format)
  unsigned threads = 1;  ///< ≥ 1
  /// A block is written as soon as the input pauses this long; without: only full blocks.
  std::optional<int> flush_after_ms;
};

/// Compresses all of `in` to `out`. The end mark (BGZF's empty member, zstd's seek table) is
/// written only after in.require_whole(). Does not call out.finish(). Throws: base::Error.
void compress(stream::Input& in, stream::Sink& out, const CompressOptions& options);

}  // namespace sluice::zip
