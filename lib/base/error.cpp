#include "base/error.hpp"

#include <cerrno>
#include <system_error>

namespace sluice::base {

namespace {

Exit status_of(int error_number, Exit otherwise) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR: return Exit::missing;
    case EACCES:
    case EPERM:
    case EROFS: return Exit::permission;
    default: return otherwise;
  }
}

}  // namespace

Error system_error(const std::string& object, int error_number, Exit otherwise) {
  return {status_of(error_number, otherwise),
          object + ": " + std::generic_category().message(error_number)};
}

}  // namespace sluice::base
