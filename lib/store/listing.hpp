#pragma once
// A listing that its reader draws, object by object: it runs on a thread of its own, a bounded way
// ahead.

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>

#include "store/store.hpp"

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
  struct Abandoned {};
  void put(Object&& object);
  void end(std::exception_ptr error);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Object> line_;
  bool ended_ = false;
  bool abandoned_ = false;
  std::exception_ptr error_;
  std::thread thread_;
};

}  // namespace sluice::store
