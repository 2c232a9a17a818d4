#include "store/mirror.hpp"

#include <algorithm>
#include <atomic>
#include <unordered_map>
#include <utility>

#include "base/glob.hpp"
#include "base/text.hpp"
#include "digest/hash.hpp"
#include "io/interrupt.hpp"
#include "stream/ordered_map.hpp"

namespace sluice::store {

using base::Error;
using base::Exit;

namespace {

constexpr int kTries = 3;
constexpr std::size_t kMostFailures = 20;
constexpr std::size_t kCostOfAny = 256 << 10;
constexpr std::uint64_t kLarge = 8 << 20;

struct Job {
  std::string name;
  Object source;
  std::optional<Object> target;
};

struct Outcome {
  std::optional<Deed> deed = {};  ///< nullopt: nothing had to be done
  std::optional<Error> failure = {};
};

class Md5Sink : public stream::Sink {
 public:
  void write(base::Bytes bytes) override { md5_.update(bytes); }
  void finish() override {}
  [[nodiscard]] std::string hex() { return base::hex(base::as_text(md5_.finish())); }

 private:
  digest::Md5Stream md5_;
};

std::string content_md5(const Tree& tree, const Object& object) {
  // The ETag of an object that was sent in one piece is its MD5.
  const bool is_md5 = tree.scheme == Scheme::s3 && object.etag.size() == 32;
  if (is_md5) return object.etag;
  Md5Sink sink;
  tree.store.read(object, sink);
  return sink.hex();
}

// A name from a bucket that must not leave the directory, or that no file can have.
bool can_be_a_file(const std::string& name) {
  for (const std::string& part : base::split(name, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return !name.substr(name.rfind('/') + 1).starts_with(io::kTemporaryPrefix);
}

class Copier {
 public:
  Copier(const Tree& from, const Tree& to, const MirrorRules& rules)
      : from_(from), to_(to), rules_(rules) {}

  Outcome work(Job&& job) {
    try {
      if (to_.scheme == Scheme::file && !can_be_a_file(job.name)) {
        throw Error(Exit::cannot_create,
                    base::printable(job.source.key) + ": no file can have this name",
                    "--exclude leaves it out");
      }
      const std::string reason = difference(job);
      if (reason.empty()) return {};
      if (rules_.mode == Mode::real && !copy(job)) return {};
      return {Deed{Deed::Kind::copy, job.name, job.source.size, reason}, {}};
    } catch (const Error& error) {
      return {{}, error};
    }
  }

 private:
  std::string difference(const Job& job) {
    if (!job.target) return "new";
    if (job.source.size != job.target->size) return "size";
    if (rules_.compare == Compare::content) {
      return content_md5(from_, job.source) == content_md5(to_, *job.target) ? "" : "content";
    }
    const bool both_objects = from_.scheme == Scheme::s3 && to_.scheme == Scheme::s3;
    if (both_objects && job.source.etag == job.target->etag) return "";
    const std::optional<Object> source = with_time(from_, job.source);
    const std::optional<Object> target = with_time(to_, *job.target);
    if (!source || !target) return "time";
    if (both_objects && !source->file_time) {
      return target->modified >= source->modified ? "" : "time";
    }
    return time_of(*source) == time_of(*target) ? "" : "time";
  }

  // A listing of a bucket does not tell the times that objects carry.
  static std::optional<Object> with_time(const Tree& tree, const Object& object) {
    if (tree.scheme == Scheme::file) return object;
    return tree.store.find(object.key);
  }

  static FileTime time_of(const Object& object) {
    return object.file_time.value_or(FileTime(object.modified));
  }

  // False when the source has gone meanwhile. A file that changes while it is read is read again.
  bool copy(Job& job) {
    for (int tries = 1;; ++tries) {
      auto source = from_.store.find(job.source.key);
      if (!source) return false;
      job.source = std::move(*source);
      try {
        copy_once(job);
        return true;
      } catch (const Error& error) {
        const auto now = from_.store.find(job.source.key);
        if (!now) return false;
        if (error.status() != Exit::temporary || now->etag == job.source.etag || tries == kTries) {
          throw;
        }
      }
    }
  }

  void copy_once(const Job& job) {
    const std::string key = to_.prefix + job.name;
    if (to_.store.copy_from(from_.store, job.source, key)) return;
    const auto writer =
        to_.store.write(key, {.expected_size = job.source.size, .file_time = time_of(job.source)});
    from_.store.read(job.source, *writer);
    writer->finish();
  }

  const Tree& from_;
  const Tree& to_;
  const MirrorRules& rules_;
};

class Mirror {
 public:
  Mirror(const Tree& from, const Tree& to, const MirrorRules& rules,
         const std::function<void(const Deed&)>& each)
      : from_(from), to_(to), rules_(rules), each_(each) {}

  MirrorReport run() {
    to_.store.list(to_.prefix, [&](Object&& object) {
      const std::string name = object.key.substr(to_.prefix.size());
      if (takes_part(name)) there_.emplace(name, std::move(object));
    });
    copy_all();
    if (rules_.extra == Extra::remove && report_.failures.empty()) remove_extra();
    return std::move(report_);
  }

 private:
  // A name that ends in a slash is how some programs write directories.
  [[nodiscard]] bool takes_part(const std::string& name) const {
    return !name.empty() && !name.ends_with('/') &&
           std::none_of(rules_.exclude.begin(), rules_.exclude.end(),
                        [&](const std::string& glob) { return base::glob_matches(glob, name); });
  }

  void copy_all() {
    const io::UnwindOnSignal unwind;
    stream::OrderedMap<Job, Outcome> jobs(
        rules_.threads, rules_.memory,
        [&] {
          return [copier = std::make_shared<Copier>(from_, to_, rules_)](Job&& job) {
            return copier->work(std::move(job));
          };
        },
        [&](Outcome&& outcome) { record(std::move(outcome)); });
    from_.store.list(from_.prefix, [&](Object&& object) {
      std::string name = object.key.substr(from_.prefix.size());
      if (!takes_part(name)) return;
      ++seen_;
      Job job{std::move(name), std::move(object), {}};
      if (auto node = there_.extract(job.name)) job.target = std::move(node.mapped());
      if (given_up_) return;
      const std::uint64_t size = job.source.size;
      jobs.push(std::move(job), kCostOfAny + (size < kLarge ? size : rules_.memory / 2));
    });
    jobs.drain();
  }

  void record(Outcome&& outcome) {
    if (outcome.failure) {
      report_.failures.push_back(std::move(*outcome.failure));
      given_up_ = report_.failures.size() >= kMostFailures;
    } else if (outcome.deed) {
      ++report_.copied;
      report_.bytes += outcome.deed->size;
      each_(*outcome.deed);
    } else {
      ++report_.unchanged;
    }
  }

  void remove_extra() {
    const std::string place = "nothing is deleted of " + std::to_string(there_.size()) + " files";
    if (there_.empty()) return;
    if (seen_ == 0) {
      throw Error(Exit::no, "the source is empty: " + place, "is it mounted, is its name right?");
    }
    if (rules_.max_remove && there_.size() > *rules_.max_remove) {
      throw Error(Exit::no,
                  "--max-delete allows " + std::to_string(*rules_.max_remove) + ": " + place);
    }
    std::vector<std::string> keys;
    for (const auto& [name, object] : there_) keys.push_back(object.key);
    std::sort(keys.begin(), keys.end());
    if (rules_.mode == Mode::real) remove(keys);
    for (const std::string& key : keys) {
      const std::string name = key.substr(to_.prefix.size());
      ++report_.removed;
      each_({Deed::Kind::remove, name, there_.at(name).size, ""});
    }
  }

  // `keys` loses those that could not be removed.
  void remove(std::vector<std::string>& keys) {
    for (const NotRemoved& failure : to_.store.remove(keys)) {
      report_.failures.push_back(failure.error);
      std::erase(keys, failure.key);
    }
    to_.store.remove_empty_directories(to_.prefix);
  }

  const Tree& from_;
  const Tree& to_;
  const MirrorRules& rules_;
  const std::function<void(const Deed&)>& each_;
  std::unordered_map<std::string, Object> there_;  // and not, or not yet, met in the source
  std::uint64_t seen_ = 0;
  std::atomic<bool> given_up_{false};
  MirrorReport report_;
};

}  // namespace

MirrorReport mirror(const Tree& from, const Tree& to, const MirrorRules& rules,
                    const std::function<void(const Deed&)>& each) {
  return Mirror(from, to, rules, each).run();
}

}  // namespace sluice::store
