#include "http/connection.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "io/fd.hpp"

namespace sluice::http {
namespace {

// Takes connections and never says a word.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    EXPECT_EQ(::bind(socket_.get(), any, length), 0);
    EXPECT_EQ(::listen(socket_.get(), 1), 0);
    EXPECT_EQ(::getsockname(socket_.get(), any, &length), 0);
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  io::Fd socket_;
  unsigned port_ = 0;
};

TEST(Connection, ATransferThatStallsIsBroken) {
  const SilentServer server;
  Limits limits;
  limits.stall = std::chrono::seconds(1);
  limits.proxy = Limits::Proxy::none;
  Connection connection(limits);
  try {
    (void)connection.send({.method = "GET", .url = server.url()},
                          std::chrono::steady_clock::now() + std::chrono::seconds(30));
    FAIL() << "an answer of nobody";
  } catch (const TransportError& error) {
    EXPECT_EQ(error.kind(), TransportError::Kind::broken);
    EXPECT_NE(std::string(error.what()).find("the transfer stalled"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace sluice::http
