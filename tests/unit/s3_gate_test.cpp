#include "s3/gate.hpp"

#include <gtest/gtest.h>

namespace sluice::s3 {
namespace {

TEST(Gate, HalvesWhenAskedToSlowDownAndComesBackOneByOne) {
  Gate gate(16);
  gate.slow_down();
  EXPECT_EQ(gate.limit(), 8U);
  for (int i = 0; i < 8; ++i) gate.slow_down();
  EXPECT_EQ(gate.limit(), 1U);
  gate.success();
  EXPECT_EQ(gate.limit(), 2U);
  gate.success();
  EXPECT_EQ(gate.limit(), 2U);
  gate.success();
  EXPECT_EQ(gate.limit(), 3U);
  for (int i = 0; i < 1000; ++i) gate.success();
  EXPECT_EQ(gate.limit(), 16U);
}

TEST(Gate, NobodyPassesBeyondTheLimit) {
  Gate gate(1);
  http::Cancel cancel;
  cancel.request();
  const Gate::Pass first(gate, &cancel);
  EXPECT_THROW(Gate::Pass(gate, &cancel), http::Cancelled);
}

}  // namespace
}  // namespace sluice::s3
