#pragma once
// psql, fed with plain SQL: how it is called, and what its words mean.

#include <cstdint>
#include <string>
#include <vector>

#include "io/child.hpp"
#include "pg/client.hpp"
#include "pg/conninfo.hpp"

namespace sluice::pg {

/// Runs what comes on its stdin, up to the first error, and no commands to psql in it; warns where
/// it is too old to refuse those.
[[nodiscard]] std::vector<std::string> psql_command(const Client& psql, const Conninfo& database,
                                                    const Warn& warn);

/// What it said on stderr and how it ended, as an error that names the line of `name`, of which
/// other programs got the first `lines_before`.
[[nodiscard]] base::Error psql_error(const std::string& name, std::uint64_t lines_before,
                                     const std::string& text, const io::ChildStatus& status);

/// The end of a stream that holds the \unrestrict line of a dump: what psql must not get before the
/// whole has been judged.
inline constexpr std::size_t kSqlTail = 256;

}  // namespace sluice::pg
