#include "notify/courier.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace sluice::notify {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

TEST(Courier, SaysNothingWhenAllWentWell) {
  EXPECT_EQ(Courier([] {}).outcome(steady_clock::now() + seconds(60)), "");
}

TEST(Courier, SaysWhatWentWrong) {
  Courier courier([] { throw base::Error(base::Exit::io, "the letter box is full"); });
  EXPECT_EQ(courier.outcome(steady_clock::now() + seconds(60)), "the letter box is full");
}

TEST(Courier, IsNotWaitedForBeyondTheDeadline) {
  Courier courier([] { ::pause(); });
  EXPECT_EQ(courier.outcome(steady_clock::now() + milliseconds(10)), "no answer in time");
}

TEST(Courier, ThatDiesDidNotDeliver) {
  Courier courier([] { ::raise(SIGKILL); });
  EXPECT_EQ(courier.outcome(steady_clock::now() + seconds(60)), "it died");
}

}  // namespace
}  // namespace sluice::notify
