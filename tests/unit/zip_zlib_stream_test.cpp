#include "zip/zlib_stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "zip/inflater.hpp"

namespace sluice::zip {
namespace {

using base::as_bytes;

std::string text_of(std::size_t size) {
  std::string text;
  while (text.size() < size) text += std::to_string(text.size() * 7919) + "\t";
  text.resize(size);
  return text;
}

// One stream of all parts, each written in steps.
std::string stream_of(const std::vector<std::string>& parts, int level, std::size_t step) {
  std::string stream;
  const auto take = [&](base::Bytes bytes) { stream += base::as_text(bytes); };
  ZlibSum sum;
  take(zlib_head(level));
  ZlibPart part(level);
  for (const std::string& plain : parts) {
    for (std::size_t at = 0; at < plain.size(); at += step) {
      part.write(as_bytes(std::string_view(plain).substr(at, step)), take);
    }
    sum.append(part.finish(take));
  }
  take(zlib_tail(sum));
  return stream;
}

// What comes out, "damaged", or "cut".
std::string inflated(std::string_view stream, std::size_t step) {
  Inflater reader(Inflater::Wrapping::zlib);
  std::string text;
  base::Buffer plain(1000);
  base::Bytes piece;
  for (;;) {
    const auto count = reader.read(piece, plain.space());
    if (!count) return "damaged";
    text += base::as_text({plain.data(), *count});
    if (*count > 0) continue;
    if (reader.ended()) return piece.empty() && stream.empty() ? text : "more follows";
    if (stream.empty()) return "cut";
    piece = as_bytes(stream.substr(0, step));
    stream.remove_prefix(piece.size());
  }
}

TEST(ZlibStream, PartsAreOneStream) {
  const std::vector<std::vector<std::string>> cases{
      {""}, {"", ""}, {"a"}, {"a", "", "b"}, {text_of(300000), "", text_of(65536), text_of(7)}};
  for (const auto& parts : cases) {
    std::string all;
    for (const std::string& part : parts) all += part;
    for (const int level : {1, 5, 6, 9}) {
      const std::string stream = stream_of(parts, level, 1000);
      EXPECT_EQ(inflated(stream, stream.size()), all);
      EXPECT_EQ(inflated(stream, 3), all);
    }
  }
}

TEST(ZlibStream, PartsOfEverySizeAndKind) {
  std::string noise;
  std::uint32_t state = 1;
  while (noise.size() < 400000) {
    state = state * 1664525 + 1013904223;
    noise += static_cast<char>(state >> 24);
  }
  const std::string text = text_of(400000);
  const std::string zeros(400000, '\0');
  for (const std::string& plain : {noise, text, zeros, noise.substr(0, 70000) + text}) {
    for (std::size_t size = 1; size < plain.size(); size = size * 3 + size % 7) {
      const std::string part = plain.substr(0, size);
      for (const int level : {1, 6}) {
        const std::string stream =
            stream_of({part, plain.substr(size / 2, size), part}, level, 70000);
        EXPECT_TRUE(inflated(stream, 5000) == part + plain.substr(size / 2, size) + part) << size;
      }
    }
  }
}

TEST(ZlibStream, HeadIsThatOfZlib) {
  const auto head = [](int level) { return zlib_head(level)[0] << 8 | zlib_head(level)[1]; };
  EXPECT_EQ(head(1), 0x7801);
  EXPECT_EQ(head(2), 0x785e);
  EXPECT_EQ(head(6), 0x789c);
  EXPECT_EQ(head(9), 0x78da);
}

TEST(ZlibStream, CompressesHarderAtHigherLevels) {
  const std::vector<std::string> parts{text_of(500000)};
  EXPECT_LT(stream_of(parts, 9, 1000).size(), stream_of(parts, 1, 1000).size());
}

TEST(ZlibStream, ShowsEveryCutAndDamage) {
  const std::string plain = text_of(2000);
  const std::string stream = stream_of({plain}, 1, 500);
  for (std::size_t size = 0; size < stream.size(); ++size) {
    EXPECT_EQ(inflated(std::string_view(stream).substr(0, size), 100), "cut") << size;
    std::string changed = stream;
    changed[size] = static_cast<char>(changed[size] ^ 0x41);
    EXPECT_NE(inflated(changed, 100), plain) << size;
  }
  EXPECT_EQ(inflated(stream + "x", 100000), "more follows");
}

TEST(ZlibStream, OneReaderReadsSeveral) {
  Inflater reader(Inflater::Wrapping::zlib);
  base::Buffer plain(100);
  for (const std::string text : {"one", "two"}) {
    const std::string stream = stream_of({text}, 1, 10);
    base::Bytes piece = as_bytes(stream);
    EXPECT_EQ(reader.read(piece, plain.space()), text.size());
    EXPECT_TRUE(reader.ended());
    EXPECT_EQ(base::as_text({plain.data(), text.size()}), text);
    reader.reset();
  }
}

}  // namespace
}  // namespace sluice::zip
