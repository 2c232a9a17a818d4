#include "crypt/key_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"
#include "crypt/ssh_key.hpp"
#include "io/fd.hpp"

namespace sluice::crypt {

using base::Error;
using base::Exit;

namespace {

constexpr std::size_t kMostBytes = 1 << 20;

struct KeyFile {
  io::Fd fd;
  std::string name;
};

KeyFile open_key_file(const std::string& path) {
  if (path == "-") {
    io::Fd fd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!fd) throw Error(Exit::config, std::string("standard input: ") + std::strerror(errno));
    return {std::move(fd), "standard input"};
  }
  try {
    return {io::open_for_reading(path), path};
  } catch (const Error& error) {
    throw Error(Exit::config, error.what(), "this is a key file");
  }
}

void warn_if_others_may_read(const KeyFile& file, const Warn& warn) {
  struct stat status {};
  if (::fstat(file.fd.get(), &status) < 0 || !S_ISREG(status.st_mode)) return;
  if ((status.st_mode & (S_IRGRP | S_IROTH)) != 0 && warn) {
    warn(file.name + ": others may read this secret; chmod 600 it");
  }
}

// Calls `take` with every line that is neither blank nor a comment; what it throws gets the
// file's name and the line's number in front.
template <class Take>
void for_each_line(std::string_view text, const std::string& name, Take take) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = base::trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    try {
      take(line);
    } catch (const Error& error) {
      throw Error(Exit::config, name + ":" + std::to_string(number) + ": " + error.what(),
                  error.hint());
    }
  }
}

bool is_encrypted_age_file(std::string_view text) {
  return text.starts_with("age-encryption.org/") || text.starts_with("-----BEGIN AGE ");
}

std::unique_ptr<Identity> read_pem(std::string_view text, const std::string& name) {
  if (!text.starts_with(kSshPemFirstLine)) {
    throw Error(Exit::config, name + ": keys of this type are not supported",
                "use an AGE-SECRET-KEY-1… or an OpenSSH ed25519 key");
  }
  try {
    return ssh_identity(text);
  } catch (const Error& error) {
    throw Error(Exit::config, name + ": " + error.what(), error.hint());
  }
}

}  // namespace

Secret read_secret_file(const std::string& path, const Warn& warn) {
  const KeyFile file = open_key_file(path);
  warn_if_others_may_read(file, warn);
  return read_secret(file.fd.get(), file.name, kMostBytes);
}

void read_recipients(const std::string& path, Recipients& into) {
  const KeyFile file = open_key_file(path);
  const Secret content = read_secret(file.fd.get(), file.name, kMostBytes);
  bool any = false;
  for_each_line(content.text(), file.name, [&](std::string_view line) {
    into.add(parse_recipient(line));
    any = true;
  });
  if (!any) throw Error(Exit::config, file.name + ": no recipient in it");
}

void read_identities(const std::string& path, std::vector<std::unique_ptr<Identity>>& into,
                     const Warn& warn) {
  const Secret content = read_secret_file(path, warn);
  const std::string name = path == "-" ? "standard input" : path;
  const std::string_view text = content.text();
  const std::size_t before = into.size();
  if (is_encrypted_age_file(text)) {
    throw Error(Exit::config, name + ": the key file is itself encrypted",
                "decrypt it first, and hand it over without a file: seal -d FILE | seal -d -i - …");
  }
  if (base::trim(text).starts_with("-----BEGIN ")) {
    into.push_back(read_pem(text, name));
    return;
  }
  for_each_line(text, name, [&](std::string_view line) { into.push_back(parse_identity(line)); });
  if (into.size() == before) throw Error(Exit::config, name + ": no key in it");
}

void read_recipient_list(const std::string& text, const std::string& name, Recipients& into) {
  bool any = false;
  const auto add = [&](std::string_view item) {
    item = base::trim(item);
    if (item.empty()) return;
    try {
      into.add(parse_recipient(item));
    } catch (const Error& error) {
      throw Error(Exit::config, name + ": " + error.what(), error.hint());
    }
    any = true;
  };
  for (const std::string& line : base::split(text, '\n')) {
    for (const std::string& item : base::split(line, ',')) {
      // Blanks are part of an SSH key.
      if (base::trim(item).starts_with("ssh-")) {
        add(item);
      } else {
        for (const std::string& word : base::split(item, ' ')) add(word);
      }
    }
  }
  if (!any) throw Error(Exit::config, name + ": no recipient in it");
}

}  // namespace sluice::crypt
