#include "store/listing.hpp"

#include <utility>

#include "io/interrupt.hpp"

namespace sluice::store {

namespace {

constexpr std::size_t kAhead = 2000;  // objects: two answers of a server

}  // namespace

Listing::Listing(Store& store, const std::string& prefix)
    : line_(kAhead), thread_([this, &store, prefix] {
        io::leave_signals_to_main_thread();
        try {
          store.list(prefix, [&](Object&& object) { line_.put(std::move(object)); });
          line_.close();
        } catch (const Line::Abandoned&) {
        } catch (...) {
          line_.close(std::current_exception());
        }
      }) {}

Listing::~Listing() {
  line_.abandon();
  thread_.join();
}

const Object* Listing::peek() {
  if (!next_) next_ = line_.get();
  return next_ ? &*next_ : nullptr;
}

Object Listing::take() { return *std::exchange(next_, std::nullopt); }

}  // namespace sluice::store
