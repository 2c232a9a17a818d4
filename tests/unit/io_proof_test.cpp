#include "io/proof.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>

namespace sluice::io {
namespace {

constexpr unsigned kRounds = 1000;
constexpr unsigned kWriters = 2;

// Writers that come to the same place at the same moment; the count is shared by processes.
class Meeting {
 public:
  Meeting()
      : arrived_(new (::mmap(nullptr, sizeof(std::atomic<unsigned>), PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0)) std::atomic<unsigned>(0)) {}
  ~Meeting() { ::munmap(arrived_, sizeof *arrived_); }
  Meeting(const Meeting&) = delete;
  Meeting& operator=(const Meeting&) = delete;

  // Returns when all have come `times` times.
  void wait(unsigned times) {
    ++*arrived_;
    while (*arrived_ < times * kWriters) ::sched_yield();
  }

 private:
  std::atomic<unsigned>* arrived_;
};

// Two processes write into one pipe at once, round after round: how often a reader would believe
// them. `user` is whose processes they are; the pipe is ours.
unsigned believed_of_writers_at_once(uid_t user) {
  unsigned believed = 0;
  for (unsigned round = 0; round < kRounds; ++round) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    Meeting meeting;
    std::array<pid_t, kWriters> writers{};
    for (pid_t& writer : writers) {
      writer = ::fork();
      if (writer != 0) continue;
      if (::setresuid(user, user, user) != 0) ::_exit(1);
      meeting.wait(1);
      WriterProof proof(ends[1]);
      meeting.wait(2);
      proof.finish();
      ::_exit(0);
    }
    for (const pid_t writer : writers) {
      int status = -1;
      EXPECT_EQ(::waitpid(writer, &status, 0), writer);
      EXPECT_EQ(status, 0);
    }
    if (read_proof(ends[0]) == Proof::finished) ++believed;
    ::close(ends[0]);
    ::close(ends[1]);
  }
  return believed;
}

TEST(Proof, TwoWritersAtOnceAreNeverBelieved) {
  EXPECT_EQ(believed_of_writers_at_once(::getuid()), 0U);
}

TEST(Proof, NorAreTwoStrangersToThePipe) {
  if (::getuid() != 0) GTEST_SKIP() << "needs root";
  EXPECT_EQ(believed_of_writers_at_once(65534), 0U);
}

}  // namespace
}  // namespace sluice::io
