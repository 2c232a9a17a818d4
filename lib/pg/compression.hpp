#pragma once
// Compression inside an archive: what pg_dump's -Z asks for, and what a header tells.

#include <optional>
#include <string>

#include "pg/client.hpp"

namespace sluice::pg {

enum class Method { none, gzip, lz4, zstd };

[[nodiscard]] std::string name_of(Method method);

/// What a dump should have.
struct Compression {
  Method method = Method::none;
  /// Of deflate, 0 for none: what several sessions can do. nullopt: only pg_dump itself can.
  std::optional<int> level = 0;
  std::string spelled = "none";
};

/// "none", a level of gzip from 0 on, or METHOD[:DETAIL] as pg_dump 16 has it. nullopt for what
/// none of it can be; pg_dump judges details that are not a level of gzip.
[[nodiscard]] std::optional<Compression> parse_compression(const std::string& text);

/// The option that asks this pg_dump for it. Throws: base::Error (unavailable): it is too old.
[[nodiscard]] std::string option_for(const Compression& compression, const Client& pg_dump);

}  // namespace sluice::pg
