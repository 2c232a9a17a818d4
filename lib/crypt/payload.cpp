#include "crypt/payload.hpp"

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "crypt/batch.hpp"
#include "stream/ordered_map.hpp"

namespace sluice::crypt {

using base::Bytes;

namespace {

using Map = stream::OrderedMap<Batch, Batch>;

constexpr std::size_t kBatchBytes = kBatchChunks * kSealedChunkSize;
constexpr std::size_t kBudget = 10 * kBatchBytes;

// Pushes everything that `read` has, a batch of chunks of at most `unit` bytes at a time. It stays
// one batch ahead, so that the last one is known as such; at_end() is called before that one goes.
template <class Read, class AtEnd>
void feed(Map& map, BatchBuffers& buffers, std::size_t unit, Read read, AtEnd at_end) {
  const auto next = [&](std::uint64_t first) {
    Batch batch{.buffer = buffers.take(), .first = first};
    for (std::size_t i = 0; i < kBatchChunks; ++i) {
      const std::size_t size = read({batch.chunk(i), unit});
      if (size == 0) break;
      batch.chunks = i + 1;
      batch.last_size = size;
      if (size < unit) break;
    }
    return batch;
  };
  Batch batch = next(0);
  while (batch.chunks == kBatchChunks && batch.last_size == unit) {
    Batch following = next(batch.first + kBatchChunks);
    if (following.chunks == 0) break;
    map.push(std::move(batch), kBatchBytes);
    batch = std::move(following);
  }
  at_end();
  batch.last = true;
  if (batch.chunks == 0) batch.chunks = 1;  // the one, empty chunk of an empty payload
  map.push(std::move(batch), kBatchBytes);
  map.drain();
}

void seal_batch(ChunkCipher& cipher, Batch& batch) {
  for (std::size_t i = 0; i < batch.chunks; ++i) {
    cipher.seal(batch.place(i), batch.chunk(i),
                i + 1 == batch.chunks ? batch.last_size : kChunkSize);
  }
  batch.last_size += kTagSize;
}

// Decrypts a batch of a payload that begins at byte `start`, in place or to `scratch`. Stops at
// the first chunk that is not as it must be: `failure` says what it is, and it and what follows
// are dropped, unless it is authentic.
class BatchOpener {
 public:
  BatchOpener(const Secret& key, std::uint64_t start, std::uint8_t* scratch)
      : cipher_(make_chunk_cipher(key)), start_(start), scratch_(scratch) {}

  void open(Batch& batch) {
    for (std::size_t i = 0; i < batch.chunks; ++i) {
      const std::size_t size = i + 1 == batch.chunks ? batch.last_size : kSealedChunkSize;
      const Place place = batch.place(i);
      if (!open_chunk(place, batch.chunk(i), size)) return explain(batch, i, size);
      if (size == kTagSize && place.number > 0) {
        return drop(batch, i, damaged_at(place) + "the last chunk is empty");
      }
    }
  }

 private:
  bool open_chunk(Place place, std::uint8_t* chunk, std::size_t size) {
    if (size < kTagSize) return false;
    return cipher_->open(place, {chunk, size}, scratch_ == nullptr ? chunk : scratch_);
  }

  [[nodiscard]] std::uint64_t offset(Place place) const {
    return start_ + place.number * kSealedChunkSize;
  }
  [[nodiscard]] std::string damaged_at(Place place) const {
    return "the payload is damaged at byte " + std::to_string(offset(place)) + ": ";
  }

  static void drop(Batch& batch, std::size_t from, std::string failure) {
    batch.chunks = from;
    batch.last_size = kSealedChunkSize;
    batch.failure = std::move(failure);
  }

  // A full chunk that is authentic with the other mark tells a cut or trailing bytes from damage.
  void explain(Batch& batch, std::size_t i, std::size_t size) {
    const Place place = batch.place(i);
    const std::uint64_t end = offset(place) + size;
    const std::string cut = "cut after " + std::to_string(end) + " bytes";
    if (size == kSealedChunkSize) {
      // What failed to decrypt in place is encrypted again by the same key stream.
      (void)open_chunk(place, batch.chunk(i), size);
      if (open_chunk({place.number, !place.last}, batch.chunk(i), size)) {
        return drop(
            batch, i + 1,
            place.last ? cut : "trailing bytes after its end at byte " + std::to_string(end));
      }
    } else if (size < kTagSize || (size == kTagSize && place.number > 0)) {
      return drop(batch, i, cut);
    }
    if (place.last && size < kSealedChunkSize) {
      return drop(batch, i,
                  cut + ", or damaged in its last chunk, at byte " + std::to_string(offset(place)));
    }
    drop(batch, i,
         damaged_at(place) + "chunk " + std::to_string(place.number) + " is not authentic");
  }

  std::unique_ptr<ChunkCipher> cipher_;
  std::uint64_t start_;
  std::uint8_t* scratch_;
};

// Writes what is sealed, and holds back as payload.hpp says: what was written before the last
// batch always ends kShownBytes after the beginning of a chunk.
class SealedWriter {
 public:
  SealedWriter(stream::Sink& out, BatchBuffers& buffers) : out_(out), buffers_(buffers) {}

  void write(Batch&& batch) {
    const std::size_t written = held_ ? write_held_with(batch) : 0;
    const std::size_t before_last = (batch.chunks - 1) * kSealedChunkSize;
    const std::size_t end = before_last + (batch.last ? batch.last_size : kShownBytes);
    out_.write({batch.buffer.data() + written, end - written});
    if (batch.last) {
      buffers_.give_back(std::move(batch.buffer));
    } else {
      held_ = std::move(batch);
    }
  }

 private:
  // The rest of what is held back and, in the same piece, the first bytes of what follows it.
  std::size_t write_held_with(Batch& next) {
    std::uint8_t* const last = held_->chunk(held_->chunks - 1);
    std::memcpy(last + kSealedChunkSize, next.chunk(0), kShownBytes);
    out_.write({last + kShownBytes, kSealedChunkSize});
    buffers_.give_back(std::move(held_->buffer));
    held_.reset();
    return kShownBytes;
  }

  stream::Sink& out_;
  BatchBuffers& buffers_;
  std::optional<Batch> held_;
};

void write_opened(stream::Sink& out, Batch& batch) {
  for (std::size_t i = 0; i < batch.chunks; ++i) {
    const std::size_t size = i + 1 == batch.chunks ? batch.last_size : kSealedChunkSize;
    out.write({batch.chunk(i), size - kTagSize});
  }
}

void require_sound(const Batch& batch, const Source& source) {
  if (batch.failure.empty()) return;
  if (batch.last) source.fail_at_end(batch.failure);
  source.fail(batch.failure);
}

}  // namespace

void seal_payload(stream::Input& input, stream::Sink& out, const Secret& key, unsigned threads) {
  BatchBuffers buffers;
  SealedWriter writer(out, buffers);
  Map map(
      threads, kBudget,
      [&key] {
        return [cipher = std::shared_ptr(make_chunk_cipher(key))](Batch&& batch) {
          seal_batch(*cipher, batch);
          return std::move(batch);
        };
      },
      [&writer](Batch&& batch) { writer.write(std::move(batch)); });
  feed(
      map, buffers, kChunkSize, [&input](base::MutableBytes into) { return input.read_full(into); },
      [&input] { input.require_whole(); });
}

void open_payload(Source& source, stream::Sink& out, const Secret& key, unsigned threads) {
  BatchBuffers buffers;
  const std::uint64_t start = source.offset();
  Map map(
      threads, kBudget,
      [&key, start] {
        return [opener = std::make_shared<BatchOpener>(key, start, nullptr)](Batch&& batch) {
          opener->open(batch);
          return std::move(batch);
        };
      },
      [&](Batch&& batch) {
        write_opened(out, batch);
        require_sound(batch, source);
        buffers.give_back(std::move(batch.buffer));
      });
  feed(
      map, buffers, kSealedChunkSize,
      [&source](base::MutableBytes into) { return source.read_full(into); }, [] {});
}

void copy_payload(Source& source, stream::Sink& out, const Secret& key, unsigned threads) {
  BatchBuffers buffers;
  SealedWriter writer(out, buffers);
  const std::uint64_t start = source.offset();
  Map map(
      threads, kBudget,
      [&key, start] {
        // Decrypted only to see whether it is authentic: into memory that nobody reads.
        const auto scratch = std::make_shared<base::Buffer>(kChunkSize);
        const auto opener = std::make_shared<BatchOpener>(key, start, scratch->data());
        return [scratch, opener](Batch&& batch) {
          opener->open(batch);
          return std::move(batch);
        };
      },
      [&](Batch&& batch) {
        require_sound(batch, source);
        writer.write(std::move(batch));
      });
  feed(
      map, buffers, kSealedChunkSize,
      [&source](base::MutableBytes into) { return source.read_full(into); }, [] {});
}

}  // namespace sluice::crypt
