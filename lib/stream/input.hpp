#pragma once
// The input of a stage, and the verdict on it: every layer of the stream contract in one place.

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "io/fd.hpp"
#include "stream/end_mark.hpp"

namespace sluice::stream {

/// Doors that a user opens by name.
struct EofPolicy {
  bool trust_eof = false;    ///< accept an end of file that no layer can judge
  bool allow_empty = false;  ///< accept no bytes at all without proof
};

/// Reads a descriptor to its end and then says whether that was the end. One thread.
class Input {
 public:
  /// Size in bytes, and time of modification in seconds and nanoseconds.
  using Version = std::array<std::int64_t, 3>;

  /// `name` stands in messages: "standard input", a path.
  Input(io::Fd fd, std::string name, EofPolicy policy = {});
  /// A duplicate of descriptor 0.
  [[nodiscard]] static Input standard(EofPolicy policy);
  /// `path`, or standard input where it is "" or "-". Throws: base::Error.
  [[nodiscard]] static Input open(const std::string& path, EofPolicy policy);

  /// As io::read_some and io::read_full.
  [[nodiscard]] std::size_t read(base::MutableBytes into);
  [[nodiscard]] std::size_t read_full(base::MutableBytes into);
  /// As read_full(), but returns what it has, at least one byte, once the input pauses for
  /// `pause_ms`; 0 only at end of file.
  [[nodiscard]] std::size_t read_until_pause(base::MutableBytes into, int pause_ms);

  /// Call at end of file, before anything is made complete. Returns only if the input is whole.
  /// What a decoder found, `decoded`, stands in place of what head and tail show.
  /// Throws: base::Error (data).
  void require_whole(std::optional<Mark> decoded = {}) const;

  /// The first part of require_whole(): a decoder that finds the end of file too early asks it
  /// before it calls the stream cut. Throws: base::Error (data) when a writer of ours failed.
  void require_writers_finished() const;

  /// Bytes read so far; any thread may look.
  [[nodiscard]] const std::atomic<std::uint64_t>& count() const { return count_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  /// The first bytes read, up to 512.
  [[nodiscard]] base::Bytes head() const { return end_mark_.head(); }
  /// The size of a regular file from where reading began, 0 for all else.
  [[nodiscard]] std::uint64_t size_if_known() const { return size_; }
  /// Did the user say that no bytes at all are right?
  [[nodiscard]] bool allows_empty() const { return policy_.allow_empty; }
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  [[nodiscard]] bool regular_file_read_to_its_end() const;
  [[nodiscard]] bool has_changed() const;

  io::Fd fd_;
  std::string name_;
  EofPolicy policy_;
  EndMark end_mark_;
  std::atomic<std::uint64_t> count_{0};
  std::optional<Version> version_;  ///< of a regular file, when it was opened
  std::uint64_t size_ = 0;
};

}  // namespace sluice::stream
