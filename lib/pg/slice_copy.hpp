#pragma once
// A slice of the dump, from a session, as the bytes of an archive.

#include <functional>
#include <optional>

#include "base/bytes.hpp"
#include "pg/dump_plan.hpp"
#include "pg/dump_session.hpp"
#include "zip/zlib_stream.hpp"

namespace sluice::pg {

/// Takes pieces of an archive, in order.
using PutPiece = std::function<void(base::Buffer&&)>;

/// What was put.
struct Copied {
  zip::ZlibSum sum;        ///< of the rows
  std::uint64_t rows = 0;  ///< how many
};

/// Deflated at `level`, as it is at 0. nullopt, and nothing was put, when the table cannot be
/// locked in this session. Throws: ServerError, and what `put` throws.
[[nodiscard]] std::optional<Copied> copy_slice(const Slice& slice, DumpSession& session, int level,
                                               const PutPiece& put);

/// The end of a block of rows, of which all slices were put; `sum` is theirs. Throws: what `put`
/// throws.
void end_rows(const zip::ZlibSum& sum, int level, const PutPiece& put);

}  // namespace sluice::pg
