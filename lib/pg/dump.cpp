#include "pg/dump.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "pg/archive_output.hpp"
#include "pg/dump_parallel.hpp"
#include "pg/dump_program.hpp"
#include "pg/dumped_archive.hpp"
#include "stream/end_mark.hpp"

namespace sluice::pg {

namespace {

constexpr std::size_t kPiece = 256 << 10;

void dump_text(DumpProgram& program, stream::Sink& out, const Listener& listener) {
  listener.tally.begin("SQL");
  stream::EndMark end_mark;
  base::Buffer buffer(kPiece);
  while (const std::size_t count = program.read(buffer.space())) {
    const base::Bytes piece(buffer.data(), count);
    end_mark.feed(piece);
    out.write(piece);
  }
  program.finish(listener.warn);
  const stream::Judgement judgement = end_mark.judge();
  if (judgement.mark != stream::Mark::whole) {
    throw base::Error(base::Exit::data,
                      "pg_dump: its output does not end as it should: " + judgement.reason);
  }
  out.finish();
}

std::vector<std::string> with(std::vector<std::string> options, const std::string& option) {
  options.push_back(option);
  return options;
}

}  // namespace

void dump(const DumpRequest& request, stream::Sink& out, const Listener& listener) {
  if (request.format == DumpFormat::plain) {
    DumpProgram program(request.pg_dump, request.conninfo, with(request.options, "-Fp"));
    dump_text(program, out, listener);
    return;
  }
  const std::vector<std::string> options =
      with(with(request.options, "-Fc"), option_for(request.compression, request.pg_dump));
  ArchiveOutput archive(out);
  // Such a transaction takes no snapshot of others.
  const bool alone = std::count(options.begin(), options.end(), "--serializable-deferrable") > 0;
  if (alone) listener.info("one session copies: --serializable-deferrable");
  if (request.jobs > 1 && !alone) {
    dump_parallel(request, options, archive, listener);
    return;
  }
  listener.tally.begin("catalogue");
  DumpProgram program(request.pg_dump, request.conninfo, options);
  DumpedArchive dumped(program, listener);
  dumped.read_head();
  dumped.pass_all(archive);
}

void dump_globals(const Client& pg_dumpall, const Conninfo& conninfo,
                  const std::vector<std::string>& options, stream::Sink& out,
                  const Listener& listener) {
  DumpProgram program(pg_dumpall, conninfo, with(options, "--globals-only"));
  dump_text(program, out, listener);
}

}  // namespace sluice::pg
