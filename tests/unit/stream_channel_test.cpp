#include "stream/channel.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace sluice::stream {
namespace {

base::Buffer buffer_of(std::string_view text) {
  base::Buffer buffer(text.size());
  buffer.append(base::as_bytes(text));
  return buffer;
}

TEST(Channel, PassesInOrderAndNeverHoldsMoreThanItsBound) {
  Channel channel(10);
  std::thread writer([&] {
    for (char c = 'a'; c <= 'z'; ++c) channel.put(buffer_of(std::string(4, c)));
    channel.put(buffer_of(std::string(50, '!')));  // larger than the bound: alone
    channel.close();
  });
  std::string all;
  while (const auto buffer = channel.get()) all += base::as_text(buffer->bytes());
  writer.join();
  EXPECT_EQ(all.size(), 26U * 4 + 50);
  EXPECT_EQ(all.substr(0, 8), "aaaabbbb");
}

TEST(Channel, ErrorsComeAfterWhatWasPut) {
  Channel channel(10);
  channel.put(buffer_of("x"));
  channel.close(std::make_exception_ptr(std::runtime_error("bad")));
  EXPECT_TRUE(channel.get());
  EXPECT_THROW(channel.get(), std::runtime_error);
}

TEST(Channel, AbandonedWakesTheWriter) {
  Channel channel(1);
  channel.put(buffer_of("x"));
  std::thread writer([&] { EXPECT_THROW(channel.put(buffer_of("y")), Channel::Abandoned); });
  channel.abandon();
  writer.join();
}

}  // namespace
}  // namespace sluice::stream
