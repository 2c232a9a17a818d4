#pragma once
// A symbolic link that always points somewhere: it is replaced by rename, never removed first.

#include <string>

namespace sluice::io {

/// Throws: base::Error (cannot_create) when something else than a symbolic link has that name.
void require_movable_link(const std::string& path);

/// Makes `path` a symbolic link to `target`, durably. Signals wait until it is done. Throws:
/// base::Error; `path` then is what it was.
void move_link(const std::string& path, const std::string& target);

}  // namespace sluice::io
