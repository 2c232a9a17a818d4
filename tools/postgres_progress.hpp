#pragma once
// What the two PostgreSQL tools tell of their work, while it goes on and at its end.

#include "cli/run.hpp"
#include "pg/tally.hpp"

namespace sluice {

/// What a tally says while it goes on; `share` is of the stream, 0 where nobody knows.
[[nodiscard]] cli::Standing standing_of(const pg::Tally& tally, std::uint64_t bytes, double share);

/// Under -v: bytes, tables and rows, and seconds of each phase. Ends the last one.
void summarize(const cli::Context& context, pg::Tally& tally, std::uint64_t bytes);

}  // namespace sluice
