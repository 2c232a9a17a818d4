#pragma once
// One spelling for writing, choosing, listing and deleting: a key with fields in braces.
//
//   {utc} {utc:compact} {utc:FORMAT} {local:FORMAT}   the object's time
//   {host}                                            this host's name
//   {name}                                            any text without "/"; groups objects
//   {{ }}                                             a brace
//
// A name matches only if the template can make it exist: a time must be a real one, written as the
// template would write it. A template that ends in "/" names sets: whatever lies below such a
// directory is one. Plain value; matching is free of state.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "store/time_format.hpp"

namespace sluice::store {

/// What a key says about itself, seen through a template.
struct Match {
  std::optional<base::Time> time = {};  ///< nullopt: the template has no time field
  std::string group = {};  ///< the values of its {name} fields, joined by "/"; "" without one
  std::string set = {};    ///< the key up to the end of the template; "" unless it names sets
};

class Template {
 public:
  /// `host` stands for {host}. Throws: base::Error (usage).
  Template(std::string_view pattern, const std::string& host);

  /// The key of an object of that time. Throws: base::Error (usage) where a {name} is left.
  [[nodiscard]] std::string write(base::Time time) const;
  [[nodiscard]] std::optional<Match> match(std::string_view key) const;

  /// What every key begins with.
  [[nodiscard]] const std::string& prefix() const { return prefix_; }
  /// No fields: just a key with braces in it, which write() tells.
  [[nodiscard]] bool is_literal() const { return !has_time_ && !has_groups_; }
  [[nodiscard]] bool names_sets() const { return sets_; }
  [[nodiscard]] bool has_time() const { return has_time_; }
  /// Its names are read by the zone of the process.
  [[nodiscard]] bool has_local_time() const;
  [[nodiscard]] bool has_groups() const { return has_groups_; }

 private:
  enum class Kind { literal, time, name };
  struct Piece {
    Kind kind;
    std::string text;  ///< a literal, or a field's name
    std::optional<TimeFormat> format = {};
  };
  class Matcher;

  [[nodiscard]] bool memoryless() const;
  void add_literal(std::string_view text);
  void add_field(std::string_view field, const std::string& host);

  std::vector<Piece> pieces_;
  std::string prefix_;
  bool sets_ = false;
  bool has_time_ = false;
  bool has_groups_ = false;
};

/// The name of this host, as {host} writes it.
[[nodiscard]] std::string host_name();

}  // namespace sluice::store
