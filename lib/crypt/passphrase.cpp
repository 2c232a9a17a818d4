#include "crypt/passphrase.hpp"

#include <fcntl.h>
#include <termios.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "io/child.hpp"
#include "io/fd.hpp"
#include "io/interrupt.hpp"

namespace sluice::crypt {

using base::Error;
using base::Exit;

namespace {

constexpr std::size_t kMostBytes = 64 << 10;

Secret without_line_end(Secret secret, const std::string& name) {
  std::size_t size = secret.size();
  while (size > 0 && (secret.bytes()[size - 1] == '\n' || secret.bytes()[size - 1] == '\r')) --size;
  if (size == 0) throw Error(Exit::config, name + ": the passphrase is empty");
  secret.shrink(size);
  return secret;
}

Secret from_descriptor(const std::string& number) {
  const auto fd = base::parse_number(number);
  if (!fd || *fd > 1'000'000 || ::fcntl(static_cast<int>(*fd), F_GETFD) < 0) {
    throw Error(Exit::config,
                "SEAL_PASSPHRASE_FD: not an open descriptor: " + base::printable(number));
  }
  const io::Fd owned(static_cast<int>(*fd));
  return read_secret(owned.get(), "descriptor " + number, kMostBytes);
}

Secret from_command(const std::string& command) {
  io::Child child({"/bin/sh", "-c", command}, {.pipe_stdout = true});
  Secret output = read_secret(child.output().get(), "SEAL_PASSPHRASE_COMMAND", kMostBytes);
  const io::ChildStatus status = child.wait();
  if (!status.ok()) {
    throw Error(Exit::config, "SEAL_PASSPHRASE_COMMAND: " + status.describe());
  }
  return output;
}

using Read = std::function<Secret()>;

Read source_of(const std::string& name, Secret value, const Warn& warn) {
  if (name == "SEAL_PASSPHRASE" || name == "AGE_PASSPHRASE") {
    // std::function wants what it holds to be copyable.
    const auto held = std::make_shared<Secret>(std::move(value));
    return [held] { return std::move(*held); };
  }
  const std::string text(value.text());
  if (name == "SEAL_PASSPHRASE_FILE") return [=] { return read_secret_file(text, warn); };
  if (name == "SEAL_PASSPHRASE_FD") return [=] { return from_descriptor(text); };
  return [=] { return from_command(text); };
}

/// The terminal with echo switched off, until it goes.
class SilentTerminal {
 public:
  SilentTerminal() : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
    if (!fd_ || ::tcgetattr(fd_.get(), &before_) < 0) {
      throw Error(Exit::config, "no passphrase, and no terminal to ask for it",
                  "set SEAL_PASSPHRASE_FILE, SEAL_PASSPHRASE_FD or SEAL_PASSPHRASE_COMMAND");
    }
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(fd_.get(), TCSAFLUSH, &silent);
  }
  ~SilentTerminal() { ::tcsetattr(fd_.get(), TCSAFLUSH, &before_); }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  Secret ask(const std::string& question) {
    io::write_all(fd_.get(), base::as_bytes(question), "terminal");
    Secret answer(kMostBytes);
    const std::size_t size = io::read_some(fd_.get(), answer.space(), "terminal");
    answer.shrink(size);
    io::write_all(fd_.get(), base::as_bytes("\n"), "terminal");
    return without_line_end(std::move(answer), "terminal");
  }

 private:
  io::UnwindOnSignal unwind_on_signal_;
  io::Fd fd_;
  termios before_{};
};

}  // namespace

std::optional<Secret> take_environment(const char* name) {
  char* const value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  const std::size_t size = std::strlen(value);
  Secret secret(base::as_bytes({value, size}));
  wipe({reinterpret_cast<std::uint8_t*>(value), size});
  ::unsetenv(name);
  return secret;
}

std::function<Secret()> passphrase_from_environment(Warn warn) {
  std::string chosen;
  Read read;
  for (const char* const name : {"SEAL_PASSPHRASE", "SEAL_PASSPHRASE_FILE", "SEAL_PASSPHRASE_FD",
                                 "SEAL_PASSPHRASE_COMMAND", "AGE_PASSPHRASE"}) {
    auto value = take_environment(name);
    if (!value) continue;
    if (read && std::string_view(name) == "AGE_PASSPHRASE") continue;
    if (read) {
      throw Error(Exit::config, chosen + " and " + name + " are both set", "set one of them");
    }
    chosen = name;
    read = source_of(chosen, std::move(*value), warn);
  }
  if (!read) return {};
  return [read, chosen] { return without_line_end(read(), chosen); };
}

Secret ask_passphrase(const std::string& question, Confirm confirm) {
  SilentTerminal terminal;
  Secret answer = terminal.ask(question + ": ");
  if (confirm == Confirm::yes) {
    const Secret again = terminal.ask("Again: ");
    if (!equal(answer.bytes(), again.bytes())) {
      throw Error(Exit::config, "terminal: the two passphrases differ");
    }
  }
  return answer;
}

}  // namespace sluice::crypt
