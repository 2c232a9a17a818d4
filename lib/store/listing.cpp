#include "store/listing.hpp"

#include <utility>

#include "io/interrupt.hpp"

namespace sluice::store {

namespace {

constexpr std::size_t kAhead = 2000;  // objects: two answers of a server

}  // namespace

Listing::Listing(Store& store, const std::string& prefix)
    : thread_([this, &store, prefix] {
        io::leave_signals_to_main_thread();
        try {
          store.list(prefix, [&](Object&& object) { put(std::move(object)); });
          end(nullptr);
        } catch (const Abandoned&) {
        } catch (...) {
          end(std::current_exception());
        }
      }) {}

Listing::~Listing() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

const Object* Listing::peek() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_ || !line_.empty(); });
  if (!line_.empty()) return &line_.front();
  if (error_) std::rethrow_exception(error_);
  return nullptr;
}

Object Listing::take() {
  const std::lock_guard lock(mutex_);
  Object object = std::move(line_.front());
  line_.pop_front();
  changed_.notify_all();
  return object;
}

void Listing::put(Object&& object) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return abandoned_ || line_.size() < kAhead; });
  if (abandoned_) throw Abandoned{};
  line_.push_back(std::move(object));
  changed_.notify_all();
}

void Listing::end(std::exception_ptr error) {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  error_ = std::move(error);
  changed_.notify_all();
}

}  // namespace sluice::store
