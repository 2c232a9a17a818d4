#pragma once
// Signals. SIGINT, SIGTERM and SIGHUP end a process at once, unless something lives that has to
// be taken back (an upload, a temporary file, a half-made database): then they are recorded, and
// every blocking wait of this program throws Interrupted, so that destructors do their work.

namespace sluice::io {

/// A recorded signal, on its way to main. Not an Error: it has no message.
struct Interrupted {
  int signal;
};

/// While one of these lives, signals are recorded rather than obeyed. Any thread; they nest.
class UnwindOnSignal {
 public:
  UnwindOnSignal();
  ~UnwindOnSignal();
  UnwindOnSignal(const UnwindOnSignal&) = delete;
  UnwindOnSignal& operator=(const UnwindOnSignal&) = delete;
};

/// While one of these lives on this thread, a recorded signal does not throw here: for clean-up
/// that needs to talk to a server.
class IgnoreInterrupt {
 public:
  IgnoreInterrupt();
  ~IgnoreInterrupt();
  IgnoreInterrupt(const IgnoreInterrupt&) = delete;
  IgnoreInterrupt& operator=(const IgnoreInterrupt&) = delete;
};

/// Installs the handlers (a signal that was ignored stays ignored), ignores SIGPIPE and lets
/// children be waited for.
void handle_signals();

/// The recorded signal, 0 if there is none (or this thread ignores it).
[[nodiscard]] int pending_signal();

/// Throws: Interrupted when a signal was recorded.
void check_interrupt();

/// Readable for poll(2) from the moment a signal was recorded; -1 while this thread ignores it.
[[nodiscard]] int interrupt_fd();

/// Ends this process as `signal` would have; also as PID 1, where a default action is ignored.
[[noreturn]] void die_by(int signal);

/// Blocks all signals in the current thread: worker threads leave them to the main one.
void leave_signals_to_main_thread();

}  // namespace sluice::io
