#pragma once
// A slice of the dump, from a session, as the bytes of an archive.

#include <functional>

#include "base/bytes.hpp"
#include "pg/dump_plan.hpp"
#include "pg/dump_session.hpp"

namespace sluice::pg {

/// Takes pieces of an archive, in order.
using PutPiece = std::function<void(base::Buffer&&)>;

/// False, and nothing was put, when the table cannot be locked in this session.
/// Throws: ServerError, and what `put` throws.
[[nodiscard]] bool copy_slice(const Slice& slice, DumpSession& session, const PutPiece& put);

}  // namespace sluice::pg
