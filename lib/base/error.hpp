#pragma once
// The one exception type: what is wrong, with which object, what the operator can do,
// and the exit status that says so.

#include <stdexcept>
#include <string>
#include <utility>

#include "base/exit.hpp"

namespace sluice::base {

/// `message` reads "object: reason", lower case, no full stop; `hint` may be empty.
class Error : public std::runtime_error {
 public:
  Error(Exit status, const std::string& message, std::string hint = {})
      : std::runtime_error(message), status_(status), hint_(std::move(hint)) {}

  [[nodiscard]] Exit status() const { return status_; }
  [[nodiscard]] const std::string& hint() const { return hint_; }

 private:
  Exit status_;
  std::string hint_;
};

/// The error of a failed system call on `object`: "object: strerror(error_number)".
/// ENOENT is Exit::missing, EACCES and EPERM are Exit::permission, all others `otherwise`.
[[nodiscard]] Error system_error(const std::string& object, int error_number,
                                 Exit otherwise = Exit::io);

}  // namespace sluice::base
