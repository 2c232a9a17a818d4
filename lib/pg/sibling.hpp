#pragma once
// A database beside the target, in which a restore is made and which then takes the target's place
// by renames. It serves nobody before that: only its owner and superusers may connect.
//
// Its name tells the session that made it and its comment bears our mark, so that the next run
// knows one whose run has died, and removes it; nothing else is ever removed by its name. Main
// thread; while it lives, signals unwind.

#include <string>
#include <vector>

#include "io/interrupt.hpp"
#include "pg/client.hpp"
#include "pg/target.hpp"

namespace sluice::pg {

/// What siblings have for a comment, before the session that made them.
inline constexpr char kSiblingMark[] = "half a restore of pgrestore-stream, session ";

/// SQL, true of the rows of pg_database that are siblings; $1 is kSiblingMark. The connection limit
/// is the mark of one that has no comment yet: it comes with CREATE DATABASE itself.
inline constexpr char kIsSibling[] =
    "coalesce(datname ~ '^sluice_restore_.*_[0-9]+_[0-9a-f]{8,16}$'"
    " AND coalesce(shobj_description(oid, 'pg_database')"
    "  = $1 || substring(datname FROM '_([0-9]+_[0-9a-f]+)$'), datconnlimit = 736985), false)";

/// How a sibling takes the place of a database that exists.
struct Swap {
  enum class Old { must_be_empty, dropped, kept };
  enum class Others { waited_for, disconnected };
  Old old = Old::must_be_empty;
  Others others = Others::waited_for;
};

class Sibling {
 public:
  /// Creates it by `create_options` (" WITH …"); removes those of dead runs first, as far as they
  /// can be removed. Throws: ServerError.
  Sibling(Target& target, const std::string& create_options, const Warn& warn);
  /// Drops it, unless it has become the target.
  ~Sibling();
  Sibling(const Sibling&) = delete;
  Sibling& operator=(const Sibling&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }

  /// Takes the place of the target in one transaction. Then the old one is dropped, or kept under
  /// another name (with a warning, where that was not asked for: when it should have been empty and
  /// is not any more, or cannot be dropped).
  /// Throws: ServerError (temporary: others are connected to the target; cannot_create: it was
  /// missing and is there now).
  void become_target(const Swap& swap, const Warn& warn);

 private:
  Sibling(const Warn& warn, Target& target, const std::string& session);
  void remove_leftovers();
  void rename(const std::vector<std::string>& statements);
  void rename_patiently(const std::vector<std::string>& statements, Swap::Others others);
  void drop_old(const std::string& old_name, Swap::Old old, const Warn& warn);

  io::UnwindOnSignal unwind_on_signal_;
  Target& target_;
  const Warn warn_;
  std::string name_;
  bool exists_ = false;
};

}  // namespace sluice::pg
