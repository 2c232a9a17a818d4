#pragma once
// How far a dump or a restore is, for whoever shows it.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

namespace sluice::pg {

/// One step of it.
struct Phase {
  const char* name;
  double seconds;
};

/// The counters are anybody's, any time; phases are the main thread's, but for phase().
class Tally {
 public:
  std::atomic<std::uint64_t> tables{0};       ///< that have data; 0: not known
  std::atomic<std::uint64_t> tables_done{0};  ///< of these
  std::atomic<std::uint64_t> rows{0};         ///< copied by sessions of ours
  std::atomic<std::uint64_t> size{0};         ///< bytes of the tables in the server; 0: not known
  std::atomic<std::uint64_t> size_done{0};    ///< of these

  /// The next phase begins; `name` lives for ever.
  void begin(const char* name);
  /// The last one ends.
  void end();
  /// The one that goes on, or null.
  [[nodiscard]] const char* phase() const { return phase_; }
  /// Those that have ended, in their order.
  [[nodiscard]] const std::vector<Phase>& phases() const { return phases_; }

 private:
  using Clock = std::chrono::steady_clock;

  std::atomic<const char*> phase_{nullptr};
  Clock::time_point since_;
  std::vector<Phase> phases_;
};

}  // namespace sluice::pg
