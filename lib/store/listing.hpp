#pragma once
// A listing that its reader draws, object by object: it runs on a thread of its own, a bounded way
// ahead.

#include <optional>
#include <string>
#include <thread>

#include "store/store.hpp"
#include "stream/channel.hpp"

namespace sluice::store {

class Listing {
 public:
  /// Of every object in `store`, which outlives the listing, whose key begins with `prefix`.
  Listing(Store& store, const std::string& prefix);
  ~Listing();
  Listing(const Listing&) = delete;
  Listing& operator=(const Listing&) = delete;

  /// The next one, in the store's order; nullptr at the end. Throws: what Store::list() throws.
  [[nodiscard]] const Object* peek();
  /// Takes the one that peek() has shown.
  [[nodiscard]] Object take();

 private:
  struct One {
    std::size_t operator()(const Object&) const { return 1; }
  };
  using Line = stream::BoundedQueue<Object, One>;

  Line line_;
  std::optional<Object> next_;
  std::thread thread_;
};

}  // namespace sluice::store
