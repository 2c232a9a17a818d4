#pragma once
// The ordered parallel map: jobs go in in order, N threads work on them, results come out in the
// same order, and never more than a fixed number of bytes is held. All of sluice's parallelism is
// this one piece.
//
// One thread pushes; results are emitted on a thread of the map's own, so that input, work and
// output overlap. A job that throws ends the map at its place in the order: everything before it
// is emitted, jobs behind it that nobody works on are destroyed, and push() or drain() rethrows.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "io/interrupt.hpp"

namespace sluice::stream {

template <class Job, class Result>
class OrderedMap {
 public:
  using Work = std::function<Result(Job&&)>;
  /// Called once on each worker thread; what it captures belongs to that thread alone.
  using MakeWork = std::function<Work()>;
  using Emit = std::function<void(Result&&)>;

  /// For a budget: whoever pushes bounds what is in flight.
  static constexpr std::size_t kUnbounded = static_cast<std::size_t>(-1);

  /// `threads` ≥ 1. `budget` is the sum of costs that may be in flight; the job at the head of
  /// the line is always admitted, else a full line behind it would wait for ever.
  OrderedMap(unsigned threads, std::size_t budget, MakeWork make_work, Emit emit)
      : budget_(budget), make_work_(std::move(make_work)), emit_(std::move(emit)) {
    try {
      for (unsigned i = 0; i < threads; ++i) start([this] { work(); });
      start([this] { emit_in_order(); });
    } catch (const std::system_error& error) {
      stop();
      throw base::Error(base::Exit::temporary, std::string("threads: ") + error.what(),
                        "use fewer of them");
    }
  }

  /// Drops what has not been emitted.
  ~OrderedMap() { stop(); }
  OrderedMap(const OrderedMap&) = delete;
  OrderedMap& operator=(const OrderedMap&) = delete;

  /// Waits until there is room for `cost` bytes. Throws: what a job or an emission threw.
  void push(Job job, std::size_t cost) {
    cost += kSlotCost;
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return failure_ || line_.empty() || held_ + cost <= budget_; });
    rethrow_failure();
    held_ += cost;
    line_.push_back(std::make_shared<Slot>(std::move(job), cost));
    waiting_.push_back(line_.back());
    job_ready_.notify_one();
  }

  /// Waits until everything pushed so far is emitted. Throws as push().
  void drain() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return failure_ || line_.empty(); });
    rethrow_failure();
  }

 private:
  struct Slot {
    Slot(Job&& j, std::size_t c) : job(std::move(j)), cost(c) {}
    Job job;
    std::size_t cost;
    std::optional<Result> result;
    std::exception_ptr error;
    [[nodiscard]] bool done() const { return result || error; }
  };

  // What a job takes besides its bytes, so that many small ones stay within the budget, too.
  static constexpr std::size_t kSlotCost = sizeof(Slot) + 256;

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    wake_all();
    for (std::thread& thread : threads_) thread.join();
  }

  template <class Body>
  void start(Body body) {
    threads_.emplace_back([body] {
      io::leave_signals_to_main_thread();
      body();
    });
  }

  void work() {
    Work do_work;
    for (;;) {
      std::shared_ptr<Slot> slot;
      {
        std::unique_lock lock(mutex_);
        job_ready_.wait(lock, [&] { return stopped_ || !waiting_.empty(); });
        if (stopped_) return;
        slot = std::move(waiting_.front());
        waiting_.pop_front();
      }
      std::optional<Result> result;
      std::exception_ptr error;
      try {
        if (!do_work) do_work = make_work_();
        result.emplace(do_work(std::move(slot->job)));
      } catch (...) {
        error = std::current_exception();
      }
      const std::lock_guard lock(mutex_);
      slot->result = std::move(result);
      slot->error = error;
      if (!line_.empty() && slot == line_.front()) result_ready_.notify_one();
    }
  }

  void emit_in_order() {
    for (;;) {
      std::shared_ptr<Slot> slot;
      {
        std::unique_lock lock(mutex_);
        result_ready_.wait(lock,
                           [&] { return stopped_ || (!line_.empty() && line_.front()->done()); });
        if (stopped_) return;
        slot = line_.front();
      }
      std::exception_ptr error = slot->error;
      if (!error) {
        try {
          emit_(std::move(*slot->result));
        } catch (...) {
          error = std::current_exception();
        }
      }
      std::deque<std::shared_ptr<Slot>> dropped;  // whoever waits for them hears of it
      {
        const std::lock_guard lock(mutex_);
        if (error) {
          failure_ = error;
          waiting_.clear();
          dropped.swap(line_);
        } else {
          held_ -= slot->cost;
          line_.pop_front();
        }
      }
      room_.notify_all();
      if (error) return;
    }
  }

  void rethrow_failure() {
    if (failure_) std::rethrow_exception(failure_);
  }

  void wake_all() {
    job_ready_.notify_all();
    result_ready_.notify_all();
    room_.notify_all();
  }

  const std::size_t budget_;
  const MakeWork make_work_;
  const Emit emit_;
  std::mutex mutex_;
  std::condition_variable job_ready_;          // for workers: waiting_ has one, or stop
  std::condition_variable result_ready_;       // for the emitter: the head of the line is done
  std::condition_variable room_;               // for push and drain: line_ got shorter, or failure
  std::deque<std::shared_ptr<Slot>> line_;     // in order, until emitted
  std::deque<std::shared_ptr<Slot>> waiting_;  // in order, until a worker takes it
  std::size_t held_ = 0;
  std::exception_ptr failure_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sluice::stream
