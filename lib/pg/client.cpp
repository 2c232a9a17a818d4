#include "pg/client.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>

#include "base/text.hpp"
#include "io/child.hpp"

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

bool is_program(const std::string& path) { return ::access(path.c_str(), X_OK) == 0; }

// The digits at the start of `text`; 0 when there are none.
int leading_number(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// "pg_dump (PostgreSQL) 15.20 (Debian …)" is 150020, "18beta1" is 180000.
int version_of(const std::string& path) {
  io::Child child({path, "--version"}, {.pipe_stdout = true});
  std::array<std::uint8_t, 256> line{};
  const std::size_t size = io::read_full(child.output().get(), line, path);
  child.output().reset();
  child.wait();
  const std::string_view text = base::as_text(base::Bytes(line).first(size));
  const std::size_t at = text.find(") ");
  if (at == std::string_view::npos) return 0;
  const std::string_view number = text.substr(at + 2);
  const std::size_t dot = number.find('.');
  const int minor = dot < number.find(' ') ? leading_number(number.substr(dot + 1)) : 0;
  return leading_number(number) * 10000 + minor;
}

// Majors found side by side: major → path.
std::map<int, std::string> installed(const std::string& name) {
  std::map<int, std::string> found;
  for (const std::string& root : client_roots()) {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(root.c_str()), &::closedir);
    if (!directory) continue;
    while (const dirent* entry = ::readdir(directory.get())) {
      std::string number = entry->d_name;
      if (number.starts_with("pgsql-")) number.erase(0, 6);
      const auto major = base::parse_number(number);
      const std::string path = root + "/" + entry->d_name + "/bin/" + name;
      if (major && is_program(path)) found.emplace(static_cast<int>(*major), path);
    }
  }
  return found;
}

// The first in PATH that is not Debian's wrapper, which picks a version by rules of its own.
std::optional<std::string> in_path(const std::string& name) {
  const char* const path = std::getenv("PATH");
  for (const std::string& directory : base::split(path == nullptr ? "" : path, ':')) {
    const std::string candidate = directory + "/" + name;
    if (!is_program(candidate)) continue;
    const std::unique_ptr<char, void (*)(void*)> real(::realpath(candidate.c_str(), nullptr),
                                                      &::free);
    if (real && std::string_view(real.get()).ends_with("/pg_wrapper")) continue;
    return candidate;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> client_roots() {
  return {"/usr/lib/postgresql", "/usr", "/usr/local", "/opt/postgresql",
          "/usr/libexec/postgresql"};
}

std::map<std::string, std::string> in_english(std::map<std::string, std::string> environment) {
  environment["LC_ALL"] = "C";
  environment["LANGUAGE"] = "";
  return environment;
}

Client find_client(const std::string& name, int major, const std::string& chosen,
                   const Warn& warn) {
  if (!chosen.empty()) {
    if (!is_program(chosen)) throw Error(Exit::missing, chosen + ": no such program");
    return {chosen, version_of(chosen)};
  }
  std::map<int, std::string> found = installed(name);
  if (!found.contains(major)) {
    if (const auto path = in_path(name)) found.emplace(version_of(*path) / 10000, *path);
  }
  const auto best = found.lower_bound(major);
  if (best == found.end()) {
    const std::string wanted = std::to_string(major);
    throw Error(
        Exit::unavailable,
        name + ": none for PostgreSQL " + wanted +
            (found.empty() ? " on this machine"
                           : ", the newest here is " + std::to_string(found.rbegin()->first)),
        "install the package postgresql-client-" + wanted);
  }
  if (best->first != major) {
    warn(name + ": version " + std::to_string(best->first) + " stands in for " +
         std::to_string(major));
  }
  return {best->second, version_of(best->second)};
}

ClientWords client_words(const std::string& name, const std::string& text) {
  ClientWords words;
  std::string before;  // what comes before the first line that says what it is
  std::string* last = &before;
  for (const std::string& line : base::split(text, '\n')) {
    std::string_view rest = line;
    if (rest.starts_with(name + ": ")) rest.remove_prefix(name.size() + 2);
    const auto take = [&](std::string_view kind) {
      if (!rest.starts_with(kind)) return false;
      rest.remove_prefix(kind.size());
      return true;
    };
    if (take("error: ") || take("fatal: ")) {
      last = words.error.empty() ? &words.error : &words.detail;
    } else if (take("warning: ")) {
      last = &words.warnings.emplace_back();
    } else if (take("detail: ") || take("hint: ") || last == &words.error) {
      if (last == &words.error) last = &words.detail;
    }
    rest = base::trim(rest);
    if (!rest.empty() && !last->empty()) *last += ' ';
    *last += rest;
  }
  if (words.error.empty()) words.error = before;
  return words;
}

base::Exit exit_of_words(const std::string& error, base::Exit otherwise) {
  struct Sign {
    std::string_view part;
    Exit status;
  };
  constexpr std::array kSigns{
      Sign{"permission denied", Exit::permission},
      Sign{"must be owner", Exit::permission},
      Sign{"must be superuser", Exit::permission},
      Sign{"must be member of role", Exit::permission},
      Sign{"must be able to SET ROLE", Exit::permission},
      Sign{"in a read-only transaction", Exit::permission},
      Sign{"would be affected by row-level security", Exit::permission},
      Sign{"no matching ", Exit::missing},
      Sign{"lock timeout", Exit::temporary},
      Sign{"could not obtain lock", Exit::temporary},
      Sign{"terminating connection", Exit::temporary},
      Sign{"server closed the connection", Exit::temporary},
      Sign{"connection to server", Exit::temporary},
      Sign{"no connection to the server", Exit::temporary},
      Sign{"canceling statement", Exit::temporary},
      Sign{"No space left on device", Exit::temporary},
      Sign{"out of shared memory", Exit::temporary},
      Sign{"unrecognized option", Exit::unavailable},
      Sign{"invalid option", Exit::unavailable},
      Sign{"server version mismatch", Exit::unavailable},
      Sign{"invalid compression specification", Exit::usage},
      Sign{"does not support compression with", Exit::unavailable},
  };
  for (const Sign& sign : kSigns) {
    if (error.find(sign.part) != std::string::npos) return sign.status;
  }
  return otherwise;
}

}  // namespace sluice::pg
