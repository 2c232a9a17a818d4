#include "stream/ordered_map.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <random>
#include <stdexcept>

namespace sluice::stream {
namespace {

using IntMap = OrderedMap<int, int>;

IntMap::MakeWork work(std::function<int(int)> body) {
  return [body] { return [body](int&& job) { return body(job); }; };
}

TEST(OrderedMap, KeepsTheOrderWhateverTheWorkersDo) {
  std::vector<int> out;
  const auto slow_sometimes = [](int job) {
    std::this_thread::sleep_for(std::chrono::microseconds(job * 7919 % 300));
    return job * 2;
  };
  IntMap map(4, 16, work(slow_sometimes), [&](int&& result) { out.push_back(result); });
  for (int i = 0; i < 500; ++i) map.push(i, 1);
  map.drain();
  ASSERT_EQ(out.size(), 500U);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(out[static_cast<std::size_t>(i)], 2 * i);
}

TEST(OrderedMap, HoldsNoMoreThanItsBudget) {
  std::atomic<int> held{0};
  std::atomic<int> most{0};
  IntMap map(3, 10'000, work([&](int job) { return job; }), [&](int&&) {
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    --held;
  });
  for (int i = 0; i < 200; ++i) {
    map.push(i, 2000);
    most = std::max(most.load(), ++held);
  }
  map.drain();
  EXPECT_LE(most,
            6);  // four of cost 2000 and a little, and one that was emitted but not yet released
}

TEST(OrderedMap, AdmitsAJobThatIsLargerThanTheBudget) {
  int sum = 0;
  IntMap map(2, 10, work([](int job) { return job; }), [&](int&& result) { sum += result; });
  for (int i = 0; i < 5; ++i) map.push(1, 100);
  map.drain();
  EXPECT_EQ(sum, 5);
}

TEST(OrderedMap, EmitsEverythingBeforeTheJobThatThrew) {
  std::vector<int> out;
  const auto fails_at_20 = [](int job) {
    if (job == 20) throw std::runtime_error("twenty");
    if (job < 20) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return job;
  };
  IntMap map(4, 1000, work(fails_at_20), [&](int&& result) { out.push_back(result); });
  const auto push_all = [&] {
    for (int i = 0; i < 100; ++i) map.push(i, 1);
    map.drain();
  };
  EXPECT_THROW(push_all(), std::runtime_error);
  ASSERT_EQ(out.size(), 20U);
  EXPECT_EQ(out.back(), 19);
}

// Whoever fills the pipe of a job that waits must hear that nobody will work on it.
TEST(OrderedMap, DropsTheJobsBehindTheOneThatThrew) {
  using Job = std::shared_ptr<int>;
  std::atomic<bool> pushed{false};
  OrderedMap<Job, int> map(
      1, 1 << 20,
      [&] {
        return [&](Job&&) -> int {
          while (!pushed) std::this_thread::yield();
          throw std::runtime_error("no");
        };
      },
      [](int&&) {});
  map.push(std::make_shared<int>(1), 1);
  Job waiting = std::make_shared<int>(2);
  const std::weak_ptr<int> seen = waiting;
  map.push(std::move(waiting), 1);
  pushed = true;
  EXPECT_THROW(map.drain(), std::runtime_error);
  for (int i = 0; i < 5000 && !seen.expired(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_TRUE(seen.expired());
}

TEST(OrderedMap, AnEmissionThatThrowsEndsIt) {
  IntMap map(2, 4, work([](int job) { return job; }), [](int&& result) {
    if (result == 3) throw std::logic_error("three");
  });
  const auto push_all = [&] {
    for (int i = 0; i < 1000; ++i) map.push(i, 1);
    map.drain();
  };
  EXPECT_THROW(push_all(), std::logic_error);
  EXPECT_THROW(map.push(1, 1), std::logic_error);
}

TEST(OrderedMap, MakesOneWorkAThread) {
  std::atomic<int> made{0};
  OrderedMap<int, int> map(
      3, 100,
      [&] {
        ++made;
        return [](int&& job) { return job; };
      },
      [](int&&) {});
  for (int i = 0; i < 300; ++i) map.push(i, 1);
  map.drain();
  EXPECT_GE(made, 1);
  EXPECT_LE(made, 3);
}

TEST(OrderedMap, CanBeAbandoned) {
  for (int round = 0; round < 50; ++round) {
    IntMap map(3, 50, work([](int job) { return job; }), [](int&&) {});
    for (int i = 0; i < round; ++i) map.push(i, 1);
  }
}

}  // namespace
}  // namespace sluice::stream
