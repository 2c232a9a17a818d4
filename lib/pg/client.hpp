#pragma once
// The server's own client programs (pg_dump, pg_restore, psql): which one to run, and what it said.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "pg/tally.hpp"

namespace sluice::pg {

/// A client program of one version.
struct Client {
  std::string path;
  int version = 0;  ///< 150020 is 15.20

  [[nodiscard]] int major() const { return version / 10000; }
};

/// `environment` and what makes a client program speak the words that we know.
[[nodiscard]] std::map<std::string, std::string> in_english(
    std::map<std::string, std::string> environment);

using Warn = std::function<void(std::string_view)>;

/// Who hears of what goes on.
struct Listener {
  Warn warn;  ///< what somebody should know
  Warn info;  ///< what explains
  Tally& tally;
};

/// Where PostgreSQL's packages put majors side by side: "…/NN/bin".
[[nodiscard]] std::vector<std::string> client_roots();

/// The program `name` for a server or an archive of `major`: `chosen` if not empty; then that of
/// the same major, else of the smallest larger one (with a warning), never of a smaller one, and
/// never Debian's wrapper script where a real one exists.
/// Throws: base::Error (unavailable; the hint names the package), (missing) for a wrong `chosen`.
[[nodiscard]] Client find_client(const std::string& name, int major, const std::string& chosen,
                                 const Warn& warn);

/// What a client program wrote to stderr, taken apart.
struct ClientWords {
  std::string error;                  ///< the first error, without the program's name
  std::string detail;                 ///< what it said about it further
  std::vector<std::string> warnings;  ///< each with its details
};
[[nodiscard]] ClientWords client_words(const std::string& name, const std::string& text);

/// The status that fits an error message of a client program; `otherwise` for all else.
[[nodiscard]] base::Exit exit_of_words(const std::string& error, base::Exit otherwise);

}  // namespace sluice::pg
