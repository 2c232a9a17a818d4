#include "pg/dump.hpp"

#include <fcntl.h>

#include "base/error.hpp"
#include "digest/xxh3.hpp"
#include "io/child.hpp"
#include "stream/end_mark.hpp"
#include "stream/marks.hpp"

namespace sluice::pg {

using base::Bytes;
using base::Error;
using base::Exit;

namespace {

constexpr std::size_t kPiece = 256 << 10;
constexpr int kPipeSize = 1 << 20;
constexpr std::size_t kRevisionAt = 7;

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

// Runs `argv`, hands each piece of its stdout to `take`, and returns only if it ended well.
template <class Take>
void run(const std::vector<std::string>& argv, const Conninfo& conninfo, const Warn& warn,
         Take take) {
  auto environment = conninfo.environment();
  environment["LC_ALL"] = "C";
  environment["LANGUAGE"] = "";
  io::Child child(argv, {.pipe_stdout = true, .capture_stderr = true, .environment = environment});
  ::fcntl(child.output().get(), F_SETPIPE_SZ, kPipeSize);
  base::Buffer buffer(kPiece);
  while (const std::size_t count = io::read_some(child.output().get(), buffer.space(), argv[0])) {
    take(base::MutableBytes(buffer.data(), count));
  }
  const io::ChildStatus status = child.wait();
  const std::string name = argv[0].substr(argv[0].rfind('/') + 1);
  const ClientWords words = client_words(name, child.error_text());
  for (const std::string& warning : words.warnings) warn(warning);
  if (!status.ok()) throw dump_error(name, conninfo.value("dbname"), status, words);
}

std::vector<std::string> command(const Client& client, const Conninfo& conninfo,
                                 const std::vector<std::string>& options) {
  std::vector<std::string> argv{client.path, "--no-password", "-d", conninfo.without_password()};
  argv.insert(argv.end(), options.begin(), options.end());
  return argv;
}

void require_complete(const stream::EndMark& end_mark, const std::string& name) {
  const stream::Judgement judgement = end_mark.judge();
  if (judgement.mark == stream::Mark::whole) return;
  throw Error(Exit::data, name + ": its output does not end as it should: " + judgement.reason);
}

void dump_archive(const DumpRequest& request, stream::Sink& out, const Warn& warn) {
  std::vector<std::string> argv = command(request.pg_dump, request.conninfo, request.options);
  argv.insert(argv.end(), {"-Fc", "-Z0"});
  digest::Xxh3 digest;
  std::uint64_t length = 0;
  run(argv, request.conninfo, warn, [&](base::MutableBytes piece) {
    if (length <= kRevisionAt && length + piece.size() > kRevisionAt) {
      piece[kRevisionAt - length] = stream::kArchiveRevision;
    }
    digest.update(piece);
    length += piece.size();
    out.write(piece);
  });
  out.write(stream::encode({length, digest.value()}));
}

void dump_text(const std::vector<std::string>& argv, const Conninfo& conninfo, stream::Sink& out,
               const Warn& warn) {
  stream::EndMark end_mark;
  run(argv, conninfo, warn, [&](Bytes piece) {
    end_mark.feed(piece);
    out.write(piece);
  });
  require_complete(end_mark, argv[0]);
}

}  // namespace

void dump(const DumpRequest& request, stream::Sink& out, const Warn& warn) {
  if (request.format == DumpFormat::custom) {
    dump_archive(request, out, warn);
  } else {
    std::vector<std::string> argv = command(request.pg_dump, request.conninfo, request.options);
    argv.push_back("-Fp");
    dump_text(argv, request.conninfo, out, warn);
  }
  out.finish();
}

void dump_globals(const Client& pg_dumpall, const Conninfo& conninfo,
                  const std::vector<std::string>& options, stream::Sink& out, const Warn& warn) {
  std::vector<std::string> argv = command(pg_dumpall, conninfo, options);
  argv.push_back("--globals-only");
  dump_text(argv, conninfo, out, warn);
  out.finish();
}

}  // namespace sluice::pg
