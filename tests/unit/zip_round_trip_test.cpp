#include <gtest/gtest.h>

#include <random>

#include "stream/marks.hpp"
#include "zip/bgzf.hpp"
#include "zip/compress.hpp"
#include "zip/decompress.hpp"

namespace sluice::zip {
namespace {

class StringSink : public stream::Sink {
 public:
  void write(base::Bytes bytes) override { text += base::as_text(bytes); }
  void finish() override {}
  std::string text;
};

// A regular file with this content: whole by its own account.
stream::Input input_of(const std::string& content) {
  std::FILE* file = std::tmpfile();
  std::fwrite(content.data(), 1, content.size(), file);
  std::fflush(file);
  io::Fd fd(::dup(::fileno(file)));
  std::fclose(file);
  ::lseek(fd.get(), 0, SEEK_SET);
  return {std::move(fd), "test input"};
}

std::string compressed(const std::string& plain, const CompressOptions& options) {
  StringSink out;
  stream::Input in = input_of(plain);
  compress(in, out, options);
  return out.text;
}

std::string decompressed(const std::string& stream, unsigned threads = 2) {
  StringSink out;
  stream::Input in = input_of(stream);
  decompress(in, out, threads);
  return out.text;
}

std::string sample(std::size_t size) {
  std::mt19937 random(static_cast<unsigned>(size));
  std::string text;
  while (text.size() < size) {
    text += std::to_string(text.size()) + "\trow " + std::to_string(random() % 1000) + "\n";
  }
  text.resize(size);
  return text;
}

constexpr std::size_t kGzipBlock = 8 * kBgzfPayload;
constexpr std::size_t kZstdBlock = 2 << 20;

struct Case {
  Format format;
  std::size_t block;
};

class RoundTrip : public testing::TestWithParam<Case> {};

TEST_P(RoundTrip, AroundEveryBlockBoundary) {
  const auto [format, block] = GetParam();
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kBgzfPayload - 1, kBgzfPayload,
                                 kBgzfPayload + 1, block - 1, block, block + 1, 2 * block + 1}) {
    const std::string plain = sample(size);
    for (const unsigned threads : {1U, 3U}) {
      const std::string stream = compressed(plain, {format, 1, threads, {}});
      EXPECT_EQ(decompressed(stream, threads), plain) << size;
    }
  }
}

TEST_P(RoundTrip, IncompressibleData) {
  std::mt19937 random(1);
  std::string plain(3 * kBgzfPayload + 17, '\0');
  for (char& c : plain) c = static_cast<char>(random());
  for (const int level : {1, 4, 12}) {
    EXPECT_EQ(decompressed(compressed(plain, {GetParam().format, level, 2, {}})), plain);
  }
}

TEST_P(RoundTrip, EveryCutAndEveryFlipIsCaught) {
  const std::string plain = sample(150000);
  const std::string stream = compressed(plain, {GetParam().format, 1, 2, {}});
  for (std::size_t cut = 1; cut < stream.size(); cut += cut < 64 ? 1 : 997) {
    EXPECT_THROW((void)decompressed(stream.substr(0, cut)), base::Error) << cut;
  }
  // Outside the ignored header fields of gzip, and zstd's unused bits, a flip must be seen.
  for (std::size_t at = 100; at < stream.size() - 64; at += 1009) {
    std::string damaged = stream;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    try {
      EXPECT_NE(decompressed(damaged), plain) << at;
      ADD_FAILURE() << "flip at " << at << " was not reported";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.status(), base::Exit::data);
    }
  }
  EXPECT_THROW((void)decompressed(stream + "x"), base::Error);
}

INSTANTIATE_TEST_SUITE_P(Formats, RoundTrip,
                         testing::Values(Case{Format::gzip, kGzipBlock},
                                         Case{Format::zstd, kZstdBlock}));

TEST(Bgzf, DroppedDoubledAndSwappedMembersAreCaught) {
  const std::string stream = compressed(sample(3 * kBgzfPayload), {Format::gzip, 1, 1, {}});
  std::vector<std::string> members;
  for (std::string_view rest = stream; !rest.empty(); rest.remove_prefix(members.back().size())) {
    members.emplace_back(rest.substr(0, find_member(base::as_bytes(rest))->size));
  }
  ASSERT_EQ(members.size(), 5U);  // three of data, the closing one, the end member
  const auto without_end = [&](const std::vector<std::size_t>& order) {
    std::string made;
    for (const std::size_t i : order) made += members[i];
    return made;
  };
  EXPECT_EQ(decompressed(without_end({0, 1, 2, 3, 4, 0, 1, 2, 3, 4})).size(), 6 * kBgzfPayload);
  for (const std::vector<std::size_t>& order : {std::vector<std::size_t>{1, 2, 3, 4},
                                                {0, 2, 3, 4},
                                                {0, 1, 3, 4},
                                                {0, 1, 2, 4},
                                                {0, 1, 4},
                                                {1, 0, 2, 3, 4},
                                                {0, 2, 1, 3, 4},
                                                {0, 0, 1, 2, 3, 4},
                                                {0, 1, 2, 3, 3, 4},
                                                {3, 4, 4, 1}}) {
    EXPECT_THROW((void)decompressed(without_end(order)), base::Error)
        << testing::PrintToString(order);
  }
}

TEST(Zstd, DroppedDoubledAndSwappedFramesAreCaught) {
  const std::string plain = sample(2 * kZstdBlock) + sample(1000);
  const std::string stream = compressed(plain, {Format::zstd, 1, 1, {}});
  // head, three frames, table: cut at the frames' magic numbers
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < stream.size();) {
    std::size_t next =
        std::min(stream.find("\x28\xb5\x2f\xfd", at + 4), stream.find("\x5e\x2a\x4d\x18", at + 4));
    if (next == std::string::npos) next = stream.size();
    parts.push_back(stream.substr(at, next - at));
    at = next;
  }
  ASSERT_EQ(parts.size(), 5U);
  EXPECT_EQ(decompressed(stream + stream), plain + plain);
  for (const std::vector<std::size_t>& order : {std::vector<std::size_t>{0, 2, 3, 4},
                                                {0, 1, 2, 4},
                                                {0, 2, 1, 3, 4},
                                                {0, 1, 2, 3},
                                                {0, 4},
                                                {0, 1, 1, 2, 3, 4}}) {
    std::string made;
    for (const std::size_t i : order) made += parts[i];
    EXPECT_THROW((void)decompressed(made), base::Error) << testing::PrintToString(order);
  }
}

TEST(Decompress, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW((void)decompressed("plain text"), base::Error);
  EXPECT_THROW((void)decompressed("\x1f"), base::Error);
  EXPECT_EQ(decompressed(""), "");
}

TEST(Decompress, ManyTinyMembersStayBounded) {
  const std::string zeros(40 << 20, '\0');
  EXPECT_EQ(decompressed(compressed(zeros, {Format::gzip, 6, 2, {}})), zeros);
}

}  // namespace
}  // namespace sluice::zip
