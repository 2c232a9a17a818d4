#include "base/text.hpp"
#include "io/child.hpp"
#include "pg/archive_contents.hpp"
#include "pg/dump_session.hpp"
#include "pg/parallel_load.hpp"
#include "pg/restore_ways.hpp"

namespace sluice::pg {

void restore_in_parallel(const RestoreRequest& request, const RestoreProgram& program,
                         base::Bytes head, const Archive& archive, ArchiveReader& reader,
                         const DumpStream& dump, const Listener& listener) {
  const io::Fd contents = io::memory_file("table of contents", contents_alone(head, archive));
  const auto restore_sections = [&](const std::vector<std::string>& options) {
    std::vector<std::string> argv = pg_restore_command(program, request);
    argv.insert(argv.end(), options.begin(), options.end());
    argv.push_back("/proc/self/fd/0");  // several of it read, each at its own place
    io::Child child(argv, {.stdin_from = contents.get(),
                           .capture_stderr = true,
                           .environment = in_english(program.database.environment())});
    const io::ChildStatus status = child.wait();
    if (!status.ok()) throw pg_restore_error(archive, child.error_text(), status);
  };

  listener.tally.begin("definitions");
  // The data section without its data: large objects, of which only the contents are missing, and
  // the positions of sequences.
  restore_sections({"--section=pre-data", "--section=data"});
  listener.tally.begin("rows");
  {
    ParallelLoad load(program.database,
                      {request.program, option_value(request.options, "--role"), request.jobs},
                      archive, listener.tally);
    read_to_end(reader, dump, listener.tally,
                [&](const ArchiveReader::Block& block) { load.take(reader, block); });
    load.finish();
  }
  listener.tally.begin("indexes");
  restore_sections({"--section=post-data", "--jobs=" + std::to_string(request.jobs)});
}

}  // namespace sluice::pg
