#include "crypt/payload.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "base/error.hpp"
#include "crypt_support.hpp"

namespace sluice::crypt {
namespace {

// The edges of chunks and of batches.
constexpr std::size_t kBatch = 16 * kChunkSize;
constexpr std::size_t kSizes[] = {0,
                                  1,
                                  kChunkSize - 1,
                                  kChunkSize,
                                  kChunkSize + 1,
                                  2 * kChunkSize,
                                  kBatch - 1,
                                  kBatch,
                                  kBatch + 1,
                                  2 * kBatch,
                                  2 * kBatch + kChunkSize + 5};

TEST(Payload, RoundTripsAtEveryEdge) {
  for (const std::size_t size : kSizes) {
    for (const unsigned threads : {1U, 3U}) {
      const std::string plain = pattern(size);
      const std::string file = encrypted(plain, recipients_of(kTestIdentity), threads);
      const Outcome outcome = try_decrypt(file, keys_of(kTestIdentity), threads);
      EXPECT_EQ(outcome.error, "");
      EXPECT_TRUE(outcome.data == plain) << size;
    }
  }
}

struct Mutation {
  const char* name;
  std::function<void(std::string& file, std::size_t payload_at)> mutilate;
  const char* fails_like;
  std::size_t released;  ///< bytes of plain text
};

constexpr std::size_t kPlainSize = kBatch + 3 * kChunkSize + 100;

void flip(std::string& file, std::size_t at) { file[at] = static_cast<char>(file[at] ^ 1); }

std::string chunk_at(const std::string& file, std::size_t payload_at, std::size_t number) {
  return file.substr(payload_at + number * kSealedChunkSize, kSealedChunkSize);
}

const Mutation kMutations[] = {
    {"first chunk's first byte", [](auto& file, auto at) { flip(file, at); },
     "the payload is damaged at byte 184: chunk 0 is not authentic", 0},
    {"a tag in the middle of a batch",
     [](auto& file, auto at) { flip(file, at + 3 * kSealedChunkSize - 1); },
     "chunk 2 is not authentic", 2 * kChunkSize},
    {"first chunk of the second batch",
     [](auto& file, auto at) { flip(file, at + 16 * kSealedChunkSize); },
     "chunk 16 is not authentic", kBatch},
    {"last chunk", [](auto& file, auto) { flip(file, file.size() - 1); },
     "or damaged in its last chunk", kBatch + 3 * kChunkSize},
    {"cut between batches", [](auto& file, auto at) { file.resize(at + 16 * kSealedChunkSize); },
     "cut after 1049016 bytes", kBatch},
    {"cut between chunks", [](auto& file, auto at) { file.resize(at + 5 * kSealedChunkSize); },
     "cut after 327944 bytes", 5 * kChunkSize},
    {"cut in a chunk", [](auto& file, auto at) { file.resize(at + 5 * kSealedChunkSize + 99); },
     "cut after 328043 bytes", 5 * kChunkSize},
    {"cut in a tag", [](auto& file, auto at) { file.resize(at + 5 * kSealedChunkSize + 9); },
     "cut after 327953 bytes", 5 * kChunkSize},
    {"no payload", [](auto& file, auto at) { file.resize(at); }, "cut after 184 bytes", 0},
    {"trailing bytes", [](auto& file, auto) { file += "more"; }, "or damaged in its last chunk",
     kBatch + 3 * kChunkSize},
    {"many trailing bytes", [](auto& file, auto) { file += std::string(kSealedChunkSize, 'x'); },
     "chunk 19 is not authentic", kBatch + 3 * kChunkSize},
    {"two chunks swapped",
     [](auto& file, auto at) {
       const std::string first = chunk_at(file, at, 1);
       file.replace(at + kSealedChunkSize, kSealedChunkSize, chunk_at(file, at, 2));
       file.replace(at + 2 * kSealedChunkSize, kSealedChunkSize, first);
     },
     "chunk 1 is not authentic", kChunkSize},
    {"a chunk lost",
     [](auto& file, auto at) { file.erase(at + kSealedChunkSize, kSealedChunkSize); },
     "chunk 1 is not authentic", kChunkSize},
    {"a chunk twice", [](auto& file, auto at) { file.insert(at, chunk_at(file, at, 0)); },
     "chunk 1 is not authentic", kChunkSize},
    {"another nonce", [](auto& file, auto at) { flip(file, at - 1); },
     "the payload is damaged at byte 184: chunk 0 is not authentic", 0},
};

TEST(Payload, EveryMutationIsRefusedByItsName) {
  const std::string plain = pattern(kPlainSize);
  const std::string file = encrypted(plain, recipients_of(kTestIdentity));
  const std::size_t payload_at =
      file.size() - kPlainSize - (kPlainSize / kChunkSize + 1) * kTagSize;
  for (const Mutation& mutation : kMutations) {
    std::string changed = file;
    mutation.mutilate(changed, payload_at);
    const Outcome outcome = try_decrypt(changed, keys_of(kTestIdentity));
    EXPECT_EQ(outcome.status, 65) << mutation.name;
    EXPECT_NE(outcome.error.find(mutation.fails_like), std::string::npos)
        << mutation.name << ": " << outcome.error;
    EXPECT_TRUE(outcome.data == plain.substr(0, mutation.released))
        << mutation.name << ": released " << outcome.data.size();
  }
}

// Full last chunks, where a chunk's two marks are what tells.
TEST(Payload, TrailingBytesAfterAFullLastChunkAreNamed) {
  const std::string plain = pattern(2 * kChunkSize);
  std::string file = encrypted(plain, recipients_of(kTestIdentity));
  const std::string end = std::to_string(file.size());
  for (const std::size_t more : {std::size_t{1}, kSealedChunkSize, 20 * kSealedChunkSize}) {
    const Outcome outcome = try_decrypt(file + std::string(more, 'x'), keys_of(kTestIdentity));
    EXPECT_EQ(outcome.error, "input: trailing bytes after its end at byte " + end);
    EXPECT_TRUE(outcome.data == plain);
  }
}

/// Notes how long the output is after every write.
class Lengths : public stream::Sink {
 public:
  void write(base::Bytes bytes) override { lengths.push_back(sum += bytes.size()); }
  void finish() override {}
  std::vector<std::uint64_t> lengths;
  std::uint64_t sum = 0;
};

bool possible(std::uint64_t payload) {
  const std::uint64_t last = payload % kSealedChunkSize;
  return payload > 0 && (last == 0 || last > kTagSize || payload == kTagSize);
}

TEST(Payload, HasAnImpossibleLengthBeforeItsEnd) {
  for (const std::size_t size : kSizes) {
    Lengths out;
    stream::Input in = input_of(pattern(size));
    seal_payload(in, out, random_secret(kKeySize), 2);
    ASSERT_FALSE(out.lengths.empty());
    EXPECT_TRUE(possible(out.lengths.back())) << size;
    out.lengths.pop_back();
    for (const std::uint64_t length : out.lengths) EXPECT_FALSE(possible(length)) << length;
  }
}

TEST(Rewrap, KeepsThePayloadAndRefusesDamage) {
  const std::string file = encrypted(pattern(kPlainSize), recipients_of(kTestIdentity));
  const auto rewrapped = [](const std::string& bytes) {
    Collect out;
    stream::Input in = input_of(bytes);
    rewrap(in, out, keys_of(kTestIdentity), recipients_of(kTestIdentity), 2);
    return out.data;
  };
  const std::string again = rewrapped(file);
  EXPECT_EQ(again.size(), file.size());
  EXPECT_NE(again.substr(0, 150), file.substr(0, 150));
  EXPECT_EQ(again.substr(168), file.substr(168));
  for (const std::size_t at : {std::size_t{200}, file.size() / 2, file.size() - 1}) {
    std::string damaged = file;
    flip(damaged, at);
    EXPECT_THROW(rewrapped(damaged), base::Error) << at;
    EXPECT_THROW(rewrapped(file.substr(0, at)), base::Error) << at;
  }
}

}  // namespace
}  // namespace sluice::crypt
