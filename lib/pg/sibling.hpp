#pragma once
// A database beside the target, in which a restore is made and which then takes the target's place
// by renames. It serves nobody before that: only its owner and superusers may connect.
//
// Its name tells the session that made it, so that the next run knows one whose run has died, and
// removes it. Main thread; while it lives, signals unwind.

#include <string>
#include <vector>

#include "io/interrupt.hpp"
#include "pg/client.hpp"
#include "pg/target.hpp"

namespace sluice::pg {

/// Names of siblings, as an SQL regular expression.
inline constexpr char kSiblingPattern[] = "^sluice_restore_.*_[0-9]+_[0-9a-f]{8,16}$";

/// How a sibling takes the place of a database that exists.
struct Swap {
  enum class Old { must_be_empty, dropped, kept };
  enum class Others { waited_for, disconnected };
  Old old = Old::must_be_empty;
  Others others = Others::waited_for;
};

class Sibling {
 public:
  /// Creates it by `create_options` (" WITH …"); removes those of dead runs first.
  /// Throws: ServerError.
  Sibling(Target& target, const std::string& create_options);
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
  explicit Sibling(Target& target);
  void remove_leftovers();
  void rename(const std::vector<std::string>& statements);
  void rename_patiently(const std::vector<std::string>& statements, Swap::Others others);
  void drop_old(const std::string& old_name, Swap::Old old, const Warn& warn);

  io::UnwindOnSignal unwind_on_signal_;
  Target& target_;
  std::string name_;
  bool exists_ = false;
};

}  // namespace sluice::pg
