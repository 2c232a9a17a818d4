#pragma once
// Makes one place hold what another holds: files or objects that are new or changed are copied,
// then, if asked, what the source has not is deleted. Nothing but regular files and objects takes
// part; a name that is excluded is neither copied nor deleted.
//
// What is deleted comes last, and only when everything was listed and copied; a source that shows
// nothing deletes nothing. Every copy is whole or not there, so that a mirror that was cut off is
// completed by the next one.
//
// Both trees are listed side by side, in the order of names. Memory holds the names that are to be
// deleted, and of contents as much as `memory` says.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "store/store.hpp"

namespace sluice::store {

/// A tree: everything in `store` whose key begins with `prefix`, which ends in "/" or is empty.
struct Tree {
  Store& store;
  std::string prefix;
  Scheme scheme;
};

enum class Compare {
  time,     ///< size and modification time tell whether a file changed
  content,  ///< its MD5 does
};
enum class Extra { keep, remove };    ///< what becomes of what the source has not
enum class Mode { real, rehearsal };  ///< a rehearsal changes nothing

struct MirrorRules {
  Compare compare = Compare::time;
  Extra extra = Extra::keep;
  Mode mode = Mode::real;
  std::vector<std::string> exclude = {};  ///< globs on the name below the prefix
  std::optional<std::uint64_t> max_remove = {};
  unsigned threads = 16;
  std::size_t memory = 64 << 20;
};

/// What was done, or would be done, to one name.
struct Deed {
  enum class Kind { copy, remove } kind;
  std::string name;
  std::uint64_t size;
  std::string reason;  ///< of a copy: new, size, time, content
};

struct MirrorReport {
  std::uint64_t copied = 0;
  std::uint64_t bytes = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t removed = 0;
  std::vector<base::Error> failures = {};
};

/// `each` is told of every deed, from one thread at a time. Failures of single files are in the
/// report; throws base::Error for what ends it all: a tree that cannot be listed; `no` when it
/// refuses to delete.
[[nodiscard]] MirrorReport mirror(const Tree& from, const Tree& to, const MirrorRules& rules,
                                  const std::function<void(const Deed&)>& each);

}  // namespace sluice::store
