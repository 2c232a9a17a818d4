#pragma once
// The proof on the pipe: how a reader knows at end of file whether the writer finished or died.
//
// Writer and reader of an anonymous pipe share one inode, whose execute and sticky bits nobody
// uses. A writer sets "writing" as it starts and "finished" when all is written; whoever dies in
// between, however, leaves the first without the second. A writer that may not change the inode
// (another user's pipe) speaks by the pipe's size instead: 128 KiB is writing, 16 KiB finished, and
// 256 KiB is broken. Readers leave the size alone.
// docs/decisions/0001-proof-on-the-pipe.md tells why it is so.
//
// Nothing is marked on anything but an anonymous pipe: never on files, sockets or named FIFOs.

namespace sluice::io {

/// The writer's side, for the lifetime of the process; at most one a descriptor.
class WriterProof {
 public:
  /// Marks `fd` "writing" if it is an anonymous pipe, and "broken" if an earlier writer died or
  /// still writes.
  explicit WriterProof(int fd);

  /// Marks "finished": call it after the last successful write, and nowhere else.
  void finish();
  /// Marks "reported": this writer has printed its error, nobody downstream needs to.
  void report();

 private:
  enum class Channel { none, mode, size };
  int fd_;
  Channel channel_ = Channel::none;
  bool broken_ = false;
};

/// What the writers of a pipe left behind. Ask at end of file.
enum class Proof {
  absent,    ///< no writer of ours, or a channel that carries no proof
  finished,  ///< every writer of ours finished
  died,      ///< a writer of ours died, without a word
  reported,  ///< a writer of ours failed and said why
};

[[nodiscard]] Proof read_proof(int fd);

}  // namespace sluice::io
