#pragma once
// Where a passphrase comes from when nobody sits at a terminal, and when somebody does.

#include <functional>
#include <optional>
#include <string>

#include "crypt/key_file.hpp"
#include "crypt/secret.hpp"

namespace sluice::crypt {

/// Moves a variable out of the environment: what is left there is wiped. nullopt when it is not
/// set or empty. Before other threads start.
[[nodiscard]] std::optional<Secret> take_environment(const char* name);

/// The source that the environment names: SEAL_PASSPHRASE, or _FILE, _FD or _COMMAND of it, or
/// AGE_PASSPHRASE; null when there is none. A file, descriptor or command is read when the result
/// is called, once; the end of the last line is not part of it. Throws: base::Error (config) when
/// several are named; the result as well, when it cannot be read or is empty.
[[nodiscard]] std::function<Secret()> passphrase_from_environment(Warn warn);

enum class Confirm { no, yes };
/// Asks at the terminal, without echo. Throws: base::Error (config) when there is no terminal, it
/// is empty or the two answers differ; io::Interrupted.
[[nodiscard]] Secret ask_passphrase(const std::string& question, Confirm confirm);

}  // namespace sluice::crypt
