#include "store/mirror.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <utility>

#include "base/glob.hpp"
#include "base/text.hpp"
#include "digest/hash.hpp"
#include "io/interrupt.hpp"
#include "store/listing.hpp"
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

// A directory on the way to `prefix + name`, below the prefix, that is a symbolic link; "" for
// none.
std::string link_on_the_way(const std::string& prefix, const std::string& name) {
  for (std::size_t slash = name.find('/'); slash != std::string::npos;
       slash = name.find('/', slash + 1)) {
    std::string directory = prefix + name.substr(0, slash);
    std::error_code unknown;
    if (std::filesystem::is_symlink(std::filesystem::symlink_status(directory, unknown))) {
      return directory;
    }
  }
  return {};
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
      if (to_.scheme == Scheme::file && !job.target) refuse_links(job.name);
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
      // In the second of the copy it may have been replaced after it.
      return target->modified > source->modified ? "" : "time";
    }
    return time_of(*source) == time_of(*target) ? "" : "time";
  }

  // A listing of a bucket does not tell the times that objects carry.
  static std::optional<Object> with_time(const Tree& tree, const Object& object) {
    if (tree.scheme == Scheme::file) return object;
    return tree.store.find(object.key);
  }

  // Links do not take part: what they lead to is not the mirror's to change.
  void refuse_links(const std::string& name) const {
    const std::string link = link_on_the_way(to_.prefix, name);
    if (link.empty()) return;
    throw Error(Exit::cannot_create,
                base::printable(link) + ": a symbolic link, through which nothing is written",
                "put a directory in its place, or --exclude it");
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
      : from_(from), to_(to), rules_(rules), each_(each), there_(to.store, to.prefix) {}

  MirrorReport run() {
    copy_all();
    if (rules_.extra == Extra::remove && report_.failures.empty()) remove_extra();
    return std::move(report_);
  }

 private:
  // An empty object whose name ends in a slash is how some programs write directories.
  [[nodiscard]] bool takes_part(const std::string& name, std::uint64_t size) const {
    return !name.empty() && !(name.ends_with('/') && size == 0) &&
           std::none_of(rules_.exclude.begin(), rules_.exclude.end(),
                        [&](const std::string& glob) { return base::glob_matches(glob, name); });
  }

  // What is at the destination under that name. Both listings are in the order of names, so that
  // none of either has to be held; what stands before `name` is not in the source.
  std::optional<Object> target_of(const std::string& name) {
    in_order_ = in_order_ && name >= last_here_;
    last_here_ = name;
    while (const Object* next = there_.peek()) {
      if (name_there(*next) > name) break;
      Object object = take_there();
      if (last_there_ == name) return object;
      set_aside(object);
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string name_there(const Object& object) const {
    return object.key.substr(to_.prefix.size());
  }

  Object take_there() {
    Object object = there_.take();
    std::string name = name_there(object);
    in_order_ = in_order_ && name >= last_there_;
    last_there_ = std::move(name);
    return object;
  }

  void set_aside(const Object& object) {
    if (takes_part(last_there_, object.size)) extra_.emplace(last_there_, object.size);
  }

  void copy_all() {
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
      if (!takes_part(name, object.size)) return;
      ++seen_;
      std::optional<Object> target = target_of(name);
      if (given_up_) return;
      Job job{std::move(name), std::move(object), std::move(target)};
      const std::uint64_t size = job.source.size;
      jobs.push(std::move(job), kCostOfAny + (size < kLarge ? size : rules_.memory / 2));
    });
    while (there_.peek() != nullptr) set_aside(take_there());
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
    // Where the order was another one, a name may have been met too late.
    if (!in_order_) {
      std::erase_if(extra_, [&](const auto& each) {
        return from_.store.find(from_.prefix + each.first).has_value();
      });
    }
    const std::string place = "nothing is deleted of " + std::to_string(extra_.size()) + " files";
    if (extra_.empty()) return;
    if (seen_ == 0) {
      throw Error(Exit::no, "the source is empty: " + place, "is it mounted, is its name right?");
    }
    if (rules_.max_remove && extra_.size() > *rules_.max_remove) {
      throw Error(Exit::no,
                  "--max-delete allows " + std::to_string(*rules_.max_remove) + ": " + place);
    }
    std::vector<std::string> keys;
    for (const auto& [name, size] : extra_) keys.push_back(to_.prefix + name);
    if (rules_.mode == Mode::real) remove(keys);
    for (const std::string& key : keys) {
      const std::string name = key.substr(to_.prefix.size());
      ++report_.removed;
      each_({Deed::Kind::remove, name, extra_.at(name), ""});
    }
  }

  // `keys` loses those that could not be removed.
  void remove(std::vector<std::string>& keys) {
    for (const NotRemoved& failure : to_.store.remove(keys)) {
      report_.failures.push_back(failure.error);
      std::erase(keys, failure.key);
    }
    to_.store.remove_emptied_directories(to_.prefix, keys);
  }

  const Tree& from_;
  const Tree& to_;
  const MirrorRules& rules_;
  const std::function<void(const Deed&)>& each_;
  const io::UnwindOnSignal unwind_;
  Listing there_;
  std::map<std::string, std::uint64_t> extra_;  // there and not in the source, with their sizes
  std::string last_here_;                       // of the names in the source
  std::string last_there_;                      // and of those at the destination
  bool in_order_ = true;
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
