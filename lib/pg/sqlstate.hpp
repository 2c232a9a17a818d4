#pragma once
// SQLSTATE codes (PostgreSQL manual, appendix A) and what an operator should do about them.

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sluice::pg {

inline constexpr std::string_view kNoSuchDatabase = "3D000";
inline constexpr std::string_view kDuplicateDatabase = "42P04";
inline constexpr std::string_view kObjectInUse = "55006";
inline constexpr std::string_view kLockNotAvailable = "55P03";
inline constexpr std::string_view kInsufficientPrivilege = "42501";
inline constexpr std::string_view kReadOnly = "25006";  ///< a standby, or so by a setting

/// The exit status of an error with this code; `otherwise` for codes that say nothing to us.
[[nodiscard]] base::Exit exit_of(std::string_view sqlstate, base::Exit otherwise);

/// The code in a message that libpq wrote at verbosity "verbose" ("FATAL:  3D000: …"), of the
/// last attempt when several hosts were tried; "" when there is none.
[[nodiscard]] std::string sqlstate_in(std::string_view message);

/// What a server refused, with its code.
class ServerError : public base::Error {
 public:
  ServerError(base::Exit status, const std::string& message, std::string hint, std::string sqlstate,
              std::string reason = {})
      : base::Error(status, message, std::move(hint)),
        sqlstate_(std::move(sqlstate)),
        reason_(reason.empty() ? message : std::move(reason)) {}

  /// Five characters, or "" when the connection itself failed.
  [[nodiscard]] const std::string& sqlstate() const { return sqlstate_; }
  /// The message without the database, for whoever knows a better object.
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  std::string sqlstate_;
  std::string reason_;
};

}  // namespace sluice::pg
