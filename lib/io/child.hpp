#pragma once
// Child processes: started with exactly the pipes asked for, killed when their owner goes.

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "io/fd.hpp"

namespace sluice::io {

/// How a child ended.
struct ChildStatus {
  int code = 0;    ///< exit status, when signal is 0
  int signal = 0;  ///< the signal that killed it, or 0

  [[nodiscard]] bool ok() const { return code == 0 && signal == 0; }
  /// "exit status 3" or "killed by signal 9 (Killed)".
  [[nodiscard]] std::string describe() const;
};

struct ChildOptions {
  bool pipe_stdin = false;      ///< else /dev/null
  bool keep_stdin = false;      ///< as ours, for a command that the user wrote
  int stdin_from = -1;          ///< this descriptor of ours
  bool pipe_stdout = false;     ///< else as ours; never our own marked stdout by accident
  bool capture_stderr = false;  ///< else as ours
  bool pipe_stderr = false;     ///< for an owner that reads errors() itself
  /// It leads a process group, which kill() and its owner's end reach as a whole; what outlives
  /// the leader becomes our child.
  bool own_group = false;
  std::map<std::string, std::string> environment = {};  ///< added to ours
};

/// A running program. Its owner's end kills it (SIGKILL) and reaps it; so does our own death.
class Child {
 public:
  /// Looks argv[0] up in PATH. Throws: base::Error (missing when there is no such program).
  Child(const std::vector<std::string>& argv, const ChildOptions& options);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Our ends of the pipes; both non-blocking on our side only where we write.
  Fd& input() { return input_; }
  Fd& output() { return output_; }
  Fd& errors() { return errors_; }
  /// Readable for poll(2) from its end on. Until wait() its process id stays taken.
  [[nodiscard]] int end_fd() const { return pid_fd_.get(); }

  /// Waits for the end. Throws: Interrupted.
  ChildStatus wait();
  /// Of a group: whether all of it has ended, the leader (who is reaped) and those it has left.
  [[nodiscard]] bool group_ended();
  void kill(int signal);
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] const std::string& name() const { return name_; }

  /// The last 64 KiB of what it wrote to a captured stderr; call after wait().
  [[nodiscard]] const std::string& error_text();

 private:
  void reap();

  std::string name_;
  pid_t pid_ = -1;
  bool own_group_;
  Fd pid_fd_;
  Fd input_;
  Fd output_;
  Fd errors_;
  std::thread error_reader_;
  std::string error_text_;
  std::optional<ChildStatus> status_;
};

}  // namespace sluice::io
