#pragma once
// Files of keys: recipients, one a line, and identities. Every problem with one is Exit::config
// and names the file and the line, never the text that stands there.

#include <functional>
#include <string>
#include <string_view>

#include "crypt/identity.hpp"
#include "crypt/recipient.hpp"

namespace sluice::crypt {

/// Takes a warning: about a file of secrets that others may read.
using Warn = std::function<void(std::string_view)>;

/// Adds the recipients in `path` ("-": standard input); blank lines and those that begin with "#"
/// are skipped. Throws: base::Error (config).
void read_recipients(const std::string& path, Recipients& into);

/// Adds the identities in `path` ("-": standard input): AGE-SECRET-KEY-1… lines, or an OpenSSH
/// key. Throws: base::Error (config).
void read_identities(const std::string& path, std::vector<std::unique_ptr<Identity>>& into,
                     const Warn& warn);

/// Adds what a variable holds: recipients that commas, blanks or lines separate. `name` is for
/// messages. Throws: base::Error (config).
void read_recipient_list(const std::string& text, const std::string& name, Recipients& into);

/// The bytes of a file of secrets, at most 1 MiB.
[[nodiscard]] Secret read_secret_file(const std::string& path, const Warn& warn);

}  // namespace sluice::crypt
