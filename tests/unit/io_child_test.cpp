#include "io/child.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>

namespace sluice::io {
namespace {

std::vector<std::string> shell(const std::string& script) { return {"sh", "-c", script}; }

TEST(Child, PassesBytesThroughBothPipes) {
  Child cat({"cat"}, {.pipe_stdin = true, .pipe_stdout = true});
  write_all(cat.input().get(), base::as_bytes("hello"), "cat");
  cat.input().reset();
  std::array<std::uint8_t, 16> bytes{};
  EXPECT_EQ(read_full(cat.output().get(), bytes, "cat"), 5U);
  EXPECT_TRUE(cat.wait().ok());
}

TEST(Child, ReportsStatusAndSignal) {
  EXPECT_EQ(Child(shell("exit 3"), {}).wait().describe(), "exit status 3");
  EXPECT_EQ(Child(shell("kill -TERM $$"), {}).wait().signal, SIGTERM);
}

TEST(Child, CapturesTheEndOfStderr) {
  Child child(shell("echo one >&2; echo two >&2"), {.capture_stderr = true});
  child.wait();
  EXPECT_EQ(child.error_text(), "one\ntwo\n");
}

TEST(Child, AddsToTheEnvironment) {
  Child child(shell("test \"$ANSWER\" = 42"), {.environment = {{"ANSWER", "42"}}});
  EXPECT_TRUE(child.wait().ok());
}

TEST(Child, HasDevNullAsStdinUnlessPiped) {
  EXPECT_TRUE(Child(shell("test -z \"$(cat)\""), {}).wait().ok());
}

TEST(Child, AMissingProgramIsAnErrorAtOnce) {
  try {
    Child child({"no-such-program-anywhere"}, {});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.status(), base::Exit::missing);
    EXPECT_NE(std::string(error.what()).find("no-such-program-anywhere"), std::string::npos);
  }
}

TEST(Child, DiesWithItsOwner) {
  pid_t pid = 0;
  {
    const Child child({"sleep", "1000"}, {});
    pid = child.pid();
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

}  // namespace
}  // namespace sluice::io
