#include "pg/dump_parallel.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/dump_plan.hpp"
#include "pg/dumped_archive.hpp"
#include "pg/open_sessions.hpp"
#include "pg/slice_copy.hpp"
#include "stream/channel.hpp"
#include "stream/ordered_map.hpp"

namespace sluice::pg {

using base::Bytes;

namespace {

constexpr std::size_t kChannelBound = 24 << 20;  // holds a slice of most tables
constexpr std::uint64_t kSmall = 32 << 20;       // more sessions gain nothing below this

// How pg_dump can be told from others in pg_stat_activity.
std::string label_for(DumpSession& exporter) {
  return "pg_dump for pgdump-stream, session " +
         exporter.connection().query("SELECT pg_backend_pid()").text(0, 0);
}

// Does pg_dump still hold its locks? Its virtual transaction goes before they do.
bool holds_locks(DumpSession& exporter, const std::string& label) {
  return exporter.connection()
             .query(
                 "SELECT count(*) FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a"
                 " USING (pid) WHERE l.locktype = 'virtualxid' AND l.granted"
                 " AND a.application_name = $1",
                 {label})
             .text(0, 0) == "1";
}

using Sessions = std::vector<std::unique_ptr<DumpSession>>;

Sessions open_copiers(const DumpRequest& request, const std::string& snapshot,
                      const Archive& archive, const Listener& listener) {
  const auto open = [&] {
    auto session =
        std::make_unique<DumpSession>(request.conninfo, request.program, request.options, snapshot);
    session->use_encoding_of(archive);
    return session;
  };
  return open_sessions<DumpSession>(
      request.jobs, open, [&](const ServerError& error, std::size_t count) {
        listener.info("only " + std::to_string(count) + " sessions copy: " + error.what());
      });
}

// Thrown into a channel by a session that could not lock the table.
struct NotLocked {};

// Blocks of the archive, slice by slice. Only here is known what all of a block's slices sum up to.
class BlockOutput {
 public:
  BlockOutput(ArchiveOutput& out, int level, Tally& tally)
      : out_(out), level_(level), tally_(tally) {}

  void write(Bytes piece) { out_.write(piece); }
  void end_slice(const Slice& slice, const Copied& copied) {
    if (slice.large_objects) return;
    tally_.rows += copied.rows;
    tally_.size_done += slice.size;
    sum_.append(copied.sum);
    if (!slice.last) return;
    end_rows(std::exchange(sum_, {}), level_, put_);
    ++tally_.tables_done;
  }
  // From a session that has the locks.
  void copy(const Slice& slice, DumpSession& session) {
    const auto copied = copy_slice(slice, session, level_, put_);
    if (!copied) throw base::Error(base::Exit::software, "a lock was lost");
    end_slice(slice, *copied);
  }
  [[nodiscard]] int level() const { return level_; }

 private:
  ArchiveOutput& out_;
  int level_;
  Tally& tally_;
  zip::ZlibSum sum_;
  const PutPiece put_ = [this](base::Buffer&& piece) { out_.write(piece.bytes()); };
};

// Slices under way: given to workers in order, drained in order.
class Window {
 public:
  Window(const std::vector<Slice>& slices, Sessions& sessions, BlockOutput& out)
      : slices_(slices),
        sessions_(sessions),
        out_(out),
        map_(
            static_cast<unsigned>(sessions.size()), Map::kUnbounded, [this] { return make_work(); },
            [](int&&) {}) {}

  ~Window() {
    for (const Job& job : line_) job.channel->abandon();
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  // Hands out everything; `here`, who has had the locks since the beginning, copies what no worker
  // could lock.
  void drain(DumpSession& here) {
    std::size_t next = 0;
    while (next < slices_.size() || !line_.empty()) {
      while (next < slices_.size() && line_.size() <= sessions_.size()) {
        line_.push_back({&slices_[next++], std::make_shared<stream::Channel>(kChannelBound),
                         std::make_shared<Copied>()});
        map_.push(Job(line_.back()), 0);
      }
      const Job& first = line_.front();
      try {
        while (const auto piece = first.channel->get()) out_.write(piece->bytes());
        out_.end_slice(*first.slice, *first.copied);
      } catch (const NotLocked&) {
        out_.copy(*first.slice, here);
      }
      line_.pop_front();
    }
  }

 private:
  struct Job {
    const Slice* slice;
    std::shared_ptr<stream::Channel> channel;
    std::shared_ptr<Copied> copied;  // there when the channel is at its end
  };
  using Map = stream::OrderedMap<Job, int>;

  Map::Work make_work() {
    DumpSession* const session = sessions_[used_++].get();
    return [session, level = out_.level()](Job&& job) {
      try {
        const auto copied = copy_slice(*job.slice, *session, level, [&](base::Buffer&& piece) {
          job.channel->put(std::move(piece));
        });
        if (copied) *job.copied = *copied;
        job.channel->close(copied ? nullptr : std::make_exception_ptr(NotLocked{}));
      } catch (...) {
        job.channel->close(std::current_exception());
      }
      return 0;
    };
  }

  const std::vector<Slice>& slices_;
  Sessions& sessions_;
  BlockOutput& out_;
  std::atomic<std::size_t> used_{0};
  std::deque<Job> line_;
  Map map_;
};

void copy_all(const DumpPlan& plan, Sessions& sessions, DumpSession& exporter, BlockOutput out) {
  if (sessions.empty()) {
    for (const Slice& slice : plan.slices) out.copy(slice, exporter);
  } else {
    Window(plan.slices, sessions, out).drain(exporter);
  }
}

}  // namespace

void dump_parallel(const DumpRequest& request, const std::vector<std::string>& options,
                   ArchiveOutput& out, const Listener& listener) {
  listener.tally.begin("catalogue");
  const std::string chosen = option_value(request.options, "--snapshot");
  std::optional<DumpSession> exporter(std::in_place, request.conninfo, request.program,
                                      request.options, chosen);
  const std::string snapshot = exporter->export_snapshot();
  const std::string label = label_for(*exporter);
  std::vector<std::string> arguments = options;
  if (chosen.empty()) arguments.push_back("--snapshot=" + snapshot);
  DumpProgram program(request.pg_dump, request.conninfo.with("application_name", label), arguments);

  DumpedArchive dumped(program, listener);
  const Archive& archive = dumped.read_head();
  exporter->use_encoding_of(archive);
  std::string reason;
  const auto plan = plan_dump(archive, *exporter, request, reason);
  if (plan && plan->size < kSmall && !request.jobs_chosen) reason = "the database is small";
  if (plan && reason.empty() && !holds_locks(*exporter, label)) reason = "pg_dump is done already";
  if (!plan || !reason.empty()) {
    listener.info("one session copies: " + reason);
    exporter.reset();
    dumped.pass_all(out);
    return;
  }
  program.end(listener.warn);
  dumped.pass_head(out);
  listener.tally.size = plan->size;
  Sessions sessions = open_copiers(request, snapshot, archive, listener);
  listener.tally.begin("rows");
  copy_all(*plan, sessions, *exporter,
           {out, request.compression.level.value_or(0), listener.tally});
  // Whoever lost this session has lost the locks.
  exporter->connection().query("COMMIT");
  out.finish();
}

}  // namespace sluice::pg
