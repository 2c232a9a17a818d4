#pragma once
// The exit statuses of every tool, spelled once. A status exists only if an operator
// does something different for it; the numbers are those of sysexits.h.

#include <array>
#include <string_view>

namespace sluice::base {

enum class Exit : int {
  ok = 0,
  no = 1,
  usage = 64,
  data = 65,
  missing = 66,
  unavailable = 69,
  software = 70,
  cannot_create = 73,
  io = 74,
  temporary = 75,
  protocol = 76,
  permission = 77,
  config = 78,
};

struct ExitMeaning {
  Exit status;
  std::string_view meaning;
};

/// One row a status, in numeric order; sluice.7 prints the same table (a test compares them).
inline constexpr std::array kExitMeanings{
    ExitMeaning{Exit::ok, "all input processed, all output durable"},
    ExitMeaning{Exit::no, "the answer is no"},
    ExitMeaning{Exit::usage, "usage error"},
    ExitMeaning{Exit::data, "damaged, truncated or aborted input"},
    ExitMeaning{Exit::missing, "no such object, file or database"},
    ExitMeaning{Exit::unavailable, "the server lacks what is needed"},
    ExitMeaning{Exit::software, "internal error"},
    ExitMeaning{Exit::cannot_create, "cannot create the output"},
    ExitMeaning{Exit::io, "read or write failed"},
    ExitMeaning{Exit::temporary, "temporary failure, run again"},
    ExitMeaning{Exit::protocol, "the server broke protocol"},
    ExitMeaning{Exit::permission, "permission refused"},
    ExitMeaning{Exit::config, "bad credentials, key or configuration"},
};

}  // namespace sluice::base
