#include "http/retry.hpp"

#include <gtest/gtest.h>

namespace sluice::http {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::steady_clock;

TEST(Retry, WhatMayPassIsTriedAgain) {
  for (const int status : {408, 409, 429, 499, 500, 502, 503, 504, 520}) {
    EXPECT_TRUE(is_transient(status)) << status;
  }
  for (const int status : {200, 301, 400, 403, 404, 412, 501, 505}) {
    EXPECT_FALSE(is_transient(status)) << status;
  }
}

TEST(Retry, RetryAfterIsSecondsWithinReason) {
  const auto of = [](const char* value) {
    return retry_after({.status = 503, .headers = {{"Retry-After", value}}});
  };
  EXPECT_EQ(of("7"), std::chrono::seconds(7));
  EXPECT_EQ(of("86400"), std::nullopt);
  EXPECT_EQ(of("Fri, 31 Dec 1999 23:59:59 GMT"), std::nullopt);
  EXPECT_EQ(retry_after({.status = 503}), std::nullopt);
}

// With pauses that double, 200 ms hold 9 of them at most: 0.5 + 1 + 2 + … ms at least.
TEST(Retry, PausesGrowExponentially) {
  Retry retry({.retries = 1000, .first_pause = milliseconds(1)},
              steady_clock::now() + milliseconds(200));
  while (retry.again({}, nullptr)) {
  }
  EXPECT_LT(retry.tries(), 11U);
}

// Would it wait, rather than give up because the pause ends after the deadline?
bool waits(RetryPolicy policy, milliseconds at_least, minutes left) {
  Retry retry(policy, steady_clock::now() + left);
  Cancel cancel;
  cancel.request();
  try {
    return retry.again(at_least, &cancel);
  } catch (const Cancelled&) {
    return true;
  }
}

TEST(Retry, PausesAreRandomByHalf) {
  const RetryPolicy policy{.first_pause = hours(1), .longest_pause = hours(1)};
  int waited = 0;
  for (int i = 0; i < 200; ++i) waited += waits(policy, {}, minutes(45)) ? 1 : 0;
  EXPECT_GT(waited, 0);
  EXPECT_LT(waited, 200);
  EXPECT_FALSE(waits(policy, {}, minutes(29)));
  EXPECT_TRUE(waits(policy, {}, minutes(61)));
}

TEST(Retry, ThePauseIsNoShorterThanTheServerAsks) {
  EXPECT_TRUE(waits({}, hours(1), minutes(61)));
  EXPECT_FALSE(waits({}, hours(1), minutes(59)));
}

TEST(Retry, TriesEnd) {
  Retry retry({.retries = 2, .first_pause = milliseconds(1)}, kNoDeadline);
  EXPECT_TRUE(retry.again({}, nullptr));
  EXPECT_TRUE(retry.again({}, nullptr));
  EXPECT_FALSE(retry.again({}, nullptr));
}

}  // namespace
}  // namespace sluice::http
