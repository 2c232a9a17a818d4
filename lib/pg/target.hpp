#pragma once
// The database that a restore is for, as it is before: there or not, empty or not, and all that a
// database has besides its contents. One thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pg/connection.hpp"

namespace sluice::pg {

/// What the dump's contents may meet.
enum class TargetState { missing, empty, filled };

class Target {
 public:
  /// Looks at the database of `conninfo`. Throws: ServerError.
  Target(const Conninfo& conninfo, const std::string& program);

  [[nodiscard]] TargetState state() const { return state_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  /// "table public.t and 3 more": what a filled one has.
  [[nodiscard]] const std::string& contents() const { return contents_; }
  /// What an empty one has all the same, and what another database in its place would not have.
  [[nodiscard]] const std::string& additions() const { return additions_; }
  /// Was anybody else connected to it?
  [[nodiscard]] bool in_use() const { return in_use_; }
  /// A session for what is done to databases: in another one of the server, where this role may
  /// connect to one, else in the target.
  [[nodiscard]] Connection& control() { return *control_; }
  /// Throws: ServerError where control() is in the target, which cannot be renamed then.
  void require_beside() const;
  /// The way to `database` on the same server.
  [[nodiscard]] Conninfo way_to(const std::string& database) const;
  [[nodiscard]] const std::string& program() const { return program_; }

  /// May this role create databases, rename this one if it exists, and give the new one all that
  /// this one has?
  [[nodiscard]] bool may_be_swapped();
  /// How many locks one transaction can count on.
  [[nodiscard]] std::uint64_t lock_capacity();

 private:
  void look_inside(Connection& connection);

  std::string program_;
  std::string name_;
  TargetState state_ = TargetState::missing;
  std::string contents_;
  std::string additions_;
  bool in_use_ = false;
  std::unique_ptr<Connection> control_;
  std::optional<ServerError> not_beside_;
};

/// "" if the database has no user objects (those of extensions do not count), else what it has.
[[nodiscard]] std::string user_objects(Connection& connection);

/// "" if none belongs to `database`, which may be another one.
[[nodiscard]] std::string replication_slot_of(Connection& connection, const std::string& database);

/// "" if the database is as CREATE DATABASE makes it but for user objects, else what was done to
/// it: a replication slot, "extension x", default privileges, privileges on what initdb made.
[[nodiscard]] std::string additions_to(Connection& connection);

/// The options of CREATE DATABASE (from " WITH TEMPLATE = template0" on) that make another one of
/// the same encoding, locale, tablespace and owner.
[[nodiscard]] std::string create_options_like(Connection& control, const std::string& name);

/// Statements that give `to` what `name` has: privileges, settings, connection limit, comment.
[[nodiscard]] std::vector<std::string> copy_properties(Connection& control, const std::string& name,
                                                       const std::string& to);

}  // namespace sluice::pg
