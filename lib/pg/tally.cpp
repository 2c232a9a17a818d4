#include "pg/tally.hpp"

namespace sluice::pg {

void Tally::begin(const char* name) {
  end();
  since_ = Clock::now();
  phase_ = name;
}

void Tally::end() {
  const char* const name = phase_.exchange(nullptr);
  if (name == nullptr) return;
  phases_.push_back({name, std::chrono::duration<double>(Clock::now() - since_).count()});
}

}  // namespace sluice::pg
