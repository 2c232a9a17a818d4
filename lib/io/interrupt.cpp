#include "io/interrupt.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>

#include "base/error.hpp"

namespace sluice::io {

namespace {

// What a handler touches must be lock-free and have static lifetime.
std::atomic<int> g_unwinders{0};
std::atomic<int> g_signal{0};
std::atomic<int> g_event{-1};
thread_local int t_ignoring = 0;

extern "C" void on_signal(int signal) {
  const int saved_errno = errno;
  if (g_unwinders.load() == 0) die_by(signal);
  int none = 0;
  g_signal.compare_exchange_strong(none, signal);
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(g_event.load(), &one, sizeof one);
  errno = saved_errno;
}

}  // namespace

UnwindOnSignal::UnwindOnSignal() { ++g_unwinders; }
UnwindOnSignal::~UnwindOnSignal() { --g_unwinders; }

IgnoreInterrupt::IgnoreInterrupt() { ++t_ignoring; }
IgnoreInterrupt::~IgnoreInterrupt() { --t_ignoring; }

void handle_signals() {
  g_event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (g_event < 0) throw base::system_error("eventfd", errno, base::Exit::software);
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction old {};
    ::sigaction(signal, nullptr, &old);
    if (old.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);
  }
  ::signal(SIGPIPE, SIG_IGN);
  // Inherited as ignored it would keep from us how our children end.
  ::signal(SIGCHLD, SIG_DFL);
}

int pending_signal() { return t_ignoring > 0 ? 0 : g_signal.load(); }

void check_interrupt() {
  if (const int signal = pending_signal(); signal != 0) throw Interrupted{signal};
}

int interrupt_fd() { return t_ignoring > 0 ? -1 : g_event.load(); }

void die_by(int signal) {
  ::signal(signal, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  ::raise(signal);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  ::_exit(128 + signal);
}

void leave_signals_to_main_thread() {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace sluice::io
