// What backups are judged from: standard input, a history, file systems; and where it goes.

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>

#include "base/text.hpp"
#include "io/atomic_file.hpp"
#include "sentinel.hpp"
#include "stream/input.hpp"

namespace sluice::sentinel {

namespace {

constexpr std::size_t kMostFacts = 1 << 30;

}  // namespace

health::Facts read_facts(const cli::Args& args) {
  stream::Input in = stream::Input::standard({args.has("trust-eof"), args.has("allow-empty")});
  std::string text;
  base::Buffer buffer(64 << 10);
  while (const std::size_t size = in.read(buffer.space())) {
    text += base::as_text({buffer.data(), size});
    if (text.size() > kMostFacts) {
      throw base::Error(base::Exit::data, in.name() + ": more facts than fit into memory");
    }
  }
  in.require_whole();
  try {
    return health::parse_facts(text);
  } catch (const base::Error& error) {
    throw base::Error(error.status(), in.name() + ": " + error.what(), error.hint());
  }
}

std::vector<health::RunRecord> read_history(const std::string& path) {
  if (path.empty()) return {};
  const std::string text = io::read_file(path, kMostFacts);
  try {
    return health::parse_history(text);
  } catch (const base::Error& error) {
    throw base::Error(error.status(), base::printable(path) + ": " + error.what(), error.hint());
  }
}

void measure(std::vector<health::Space>& spaces) {
  for (health::Space& space : spaces) {
    struct statvfs status {};
    if (::statvfs(space.path.c_str(), &status) < 0) {
      throw base::system_error(base::printable(space.path), errno);
    }
    space.free = std::uint64_t{status.f_bavail} * status.f_frsize;
    space.total = std::uint64_t{status.f_blocks} * status.f_frsize;
  }
}

void write_for_all(const std::string& path, const std::string& text) {
  io::AtomicFile file(path, io::IfExists::replace);
  file.write(base::as_bytes(text));
  if (::fchmod(file.fd(), 0644) < 0) throw base::system_error(path, errno);
  file.finish();
}

void write_output(const cli::Args& args, const std::string& text) {
  if (const auto path = args.value("output")) {
    write_for_all(*path, text);
  } else {
    io::write_all(STDOUT_FILENO, base::as_bytes(text), "standard output");
  }
}

}  // namespace sluice::sentinel
