#include "pg/dump_program.hpp"

#include <fcntl.h>

#include <csignal>

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

constexpr int kPipeSize = 1 << 20;

std::vector<std::string> command(const Client& client, const Conninfo& conninfo,
                                 const std::vector<std::string>& options) {
  std::vector<std::string> argv{client.path, "--no-password", "-d", conninfo.without_password()};
  argv.insert(argv.end(), options.begin(), options.end());
  return argv;
}

// What the server said, in what pg_dump says about it; "" when there is no such part.
std::string server_words(const ClientWords& words) {
  for (const std::string_view kind : {"ERROR:  ", "FATAL:  ", "Error message from server: "}) {
    for (const std::string* text : {&words.error, &words.detail}) {
      const std::size_t at = text->find(kind);
      if (at == std::string::npos) continue;
      const std::string said = text->substr(at + kind.size());
      return said.substr(0, said.find(" Command was: "));
    }
  }
  return {};
}

Error dump_error(const std::string& name, const std::string& database,
                 const io::ChildStatus& status, const ClientWords& words) {
  const std::string object = "database " + database;
  if (status.signal != 0) {
    return {Exit::temporary, object + ": " + name + " was " + status.describe()};
  }
  if (words.error.empty()) return {Exit::data, object + ": " + name + ": " + status.describe()};
  const std::string said = server_words(words);
  const std::string& reason = said.empty() ? words.error : said;
  return {exit_of_words(words.error + " " + words.detail, Exit::data), object + ": " + reason,
          said.empty() ? words.detail : words.error.substr(0, words.error.find(" failed: "))};
}

}  // namespace

DumpProgram::DumpProgram(const Client& client, const Conninfo& conninfo,
                         const std::vector<std::string>& options)
    : name_(client.path.substr(client.path.rfind('/') + 1)),
      database_(conninfo.value("dbname")),
      child_(command(client, conninfo, options),
             {.pipe_stdout = true,
              .capture_stderr = true,
              .environment = in_english(conninfo.environment())}) {
  ::fcntl(child_.output().get(), F_SETPIPE_SZ, kPipeSize);
}

std::size_t DumpProgram::read(base::MutableBytes into) {
  return io::read_some(child_.output().get(), into, name_);
}

void DumpProgram::finish(const Warn& warn) {
  const io::ChildStatus status = child_.wait();
  pass_warnings(warn);
  if (!status.ok()) {
    throw dump_error(name_, database_, status, client_words(name_, child_.error_text()));
  }
}

void DumpProgram::end(const Warn& warn) {
  child_.kill(SIGKILL);
  child_.output().reset();
  child_.wait();
  pass_warnings(warn);
}

void DumpProgram::pass_warnings(const Warn& warn) {
  for (const std::string& warning : client_words(name_, child_.error_text()).warnings) {
    warn(warning);
  }
}

}  // namespace sluice::pg
