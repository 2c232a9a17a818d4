#include "http/connection.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <thread>

#include "io/fd.hpp"

namespace sluice::http {
namespace {

// Takes connections, and says nothing by itself.
class Server {
 public:
  Server() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
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
  // Says `text` to the next one after the first bytes of its request, and hangs up.
  void answer(const std::string& text) const {
    const io::Fd connection(::accept(socket_.get(), nullptr, nullptr));
    std::array<char, 4096> some{};
    EXPECT_GT(::read(connection.get(), some.data(), some.size()), 0);
    io::write_all(connection.get(), base::as_bytes(text), "the client");
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  io::Fd socket_;
  unsigned port_ = 0;
};

TEST(Connection, ATransferThatStallsIsBroken) {
  const Server server;
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

TEST(Connection, ASuccessBeforeTheBodyWasSentIsNone) {
  const Server server;
  std::thread hasty([&] {
    server.answer("HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  Limits limits;
  limits.proxy = Limits::Proxy::none;
  Connection connection(limits);
  const std::string body(64 << 20, 'x');
  EXPECT_THROW(
      (void)connection.send({.method = "PUT", .url = server.url(), .body = base::as_bytes(body)},
                            std::chrono::steady_clock::now() + std::chrono::seconds(30)),
      TransportError);
  hasty.join();
}

}  // namespace
}  // namespace sluice::http
