#include "io/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "io/interrupt.hpp"

namespace sluice::io {

using base::Error;
using base::Exit;

namespace {

constexpr std::size_t kErrorTextLimit = 64 << 10;

struct Pipe {
  Fd read;
  Fd write;
};

Pipe make_pipe() {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) < 0) throw base::system_error("pipe", errno);
  return {Fd(fds[0]), Fd(fds[1])};
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> list;
  for (std::string& string : strings) list.push_back(string.data());
  list.push_back(nullptr);
  return list;
}

// Ours and what is added to it, which wins, as "NAME=value".
std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!added.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

// Runs in the child, between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(char* const* argv, char* const* environment,
                         const std::array<int, 3>& standard, int report, pid_t parent,
                         bool own_group) {
  if (own_group) ::setpgid(0, 0);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {  // what nohup ignores stays ignored
    struct sigaction ours {};
    ::sigaction(signal, nullptr, &ours);
    if (ours.sa_handler != SIG_IGN) ::signal(signal, SIG_DFL);
  }
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  for (int fd = 0; fd < 3; ++fd) {
    const int from = standard.at(static_cast<std::size_t>(fd));
    if (from >= 0) ::dup2(from, fd);
  }
  ::execvpe(argv[0], argv, environment);
  const int error_number = errno;
  [[maybe_unused]] const ssize_t written = ::write(report, &error_number, sizeof error_number);
  ::_exit(127);
}

}  // namespace

std::string ChildStatus::describe() const {
  if (signal == 0) return "exit status " + std::to_string(code);
  return "killed by signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
}

Child::Child(const std::vector<std::string>& argv, const ChildOptions& options)
    : name_(argv.front()), own_group_(options.own_group) {
  const bool own_stdin = options.keep_stdin || options.stdin_from >= 0;
  Pipe in = options.pipe_stdin ? make_pipe()
            : own_stdin        ? Pipe{}
                               : Pipe{Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)), Fd()};
  Pipe out = options.pipe_stdout ? make_pipe() : Pipe{};
  Pipe err = options.capture_stderr || options.pipe_stderr ? make_pipe() : Pipe{};
  Pipe report = make_pipe();
  if (own_group_) ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  std::vector<std::string> arguments = argv;
  const std::vector<char*> argument_list = pointers(arguments);
  std::vector<std::string> environment = environment_with(options.environment);
  const std::vector<char*> environment_list = pointers(environment);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw base::system_error("fork", errno, Exit::temporary);
  if (pid_ == 0) {
    become(argument_list.data(), environment_list.data(),
           {own_stdin ? options.stdin_from : in.read.get(), out.write.get(), err.write.get()},
           report.write.get(), parent, own_group_);
  }
  // Here too, so that kill() finds the group however soon it comes.
  if (own_group_) ::setpgid(pid_, pid_);
  report.write.reset();
  int error_number = 0;
  ssize_t count = 0;
  while ((count = ::read(report.read.get(), &error_number, sizeof error_number)) < 0 &&
         errno == EINTR) {
  }
  if (count > 0) {
    reap();
    throw base::system_error(name_, error_number);
  }
  pid_fd_ = Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  input_ = std::move(in.write);
  output_ = std::move(out.read);
  errors_ = std::move(err.read);
  // The child's end is its own open file description: it stays blocking there.
  if (input_) ::fcntl(input_.get(), F_SETFL, O_NONBLOCK);
  if (options.capture_stderr) {
    error_reader_ = std::thread([this] {
      leave_signals_to_main_thread();
      const IgnoreInterrupt until_the_child_ends;
      std::array<std::uint8_t, 4096> chunk{};
      while (const std::size_t size = read_some(errors_.get(), chunk, name_)) {
        error_text_ += base::as_text(base::Bytes(chunk).first(size));
        if (error_text_.size() > kErrorTextLimit) {
          error_text_.erase(0, error_text_.size() - kErrorTextLimit);
        }
      }
    });
  }
}

Child::~Child() {
  if (!status_) {
    kill(SIGKILL);
    input_.reset();
    output_.reset();
    reap();
  }
  if (error_reader_.joinable()) error_reader_.join();
}

bool Child::group_ended() {
  if (!status_) {
    const IgnoreInterrupt only_a_look;
    if (pid_fd_ && !wait_for(pid_fd_.get(), POLLIN, 0)) return false;
    reap();
  }
  pid_t reaped = 0;
  while ((reaped = ::waitpid(-pid_, nullptr, WNOHANG)) > 0 || (reaped < 0 && errno == EINTR)) {
  }
  return reaped < 0;
}

// What has not been reaped keeps its id, so that nobody else can be hit.
void Child::kill(int signal) {
  if (own_group_ ? group_ended() : status_.has_value()) return;
  ::kill(own_group_ ? -pid_ : pid_, signal);
}

void Child::reap() {
  int status = 0;
  pid_t reaped = 0;
  while ((reaped = ::waitpid(pid_, &status, 0)) < 0 && errno == EINTR) {
  }
  if (reaped < 0) {  // nobody knows how it ended, so not well
    status_ = ChildStatus{-1, 0};
    return;
  }
  status_ =
      WIFSIGNALED(status) ? ChildStatus{0, WTERMSIG(status)} : ChildStatus{WEXITSTATUS(status), 0};
}

ChildStatus Child::wait() {
  if (!status_) {
    if (pid_fd_) wait_for(pid_fd_.get(), POLLIN);
    reap();
  }
  return *status_;
}

const std::string& Child::error_text() {
  if (error_reader_.joinable()) error_reader_.join();
  return error_text_;
}

}  // namespace sluice::io
