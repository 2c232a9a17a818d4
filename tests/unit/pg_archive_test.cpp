#include "pg/archive.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "digest/xxh3.hpp"
#include "pg/block_contents.hpp"
#include "stream/marks.hpp"
#include "zip/zlib_stream.hpp"

namespace sluice::pg {
namespace {

std::string integer(int value) {
  std::string text(1, value < 0 ? '\1' : '\0');
  const auto magnitude = static_cast<std::uint32_t>(value < 0 ? -value : value);
  for (int shift = 0; shift < 32; shift += 8) text += static_cast<char>(magnitude >> shift & 0xff);
  return text;
}

std::string str(const std::string& text) { return integer(static_cast<int>(text.size())) + text; }

std::string entry(int minor, int id, bool data, const std::string& desc) {
  std::string text = integer(id) + integer(data ? 1 : 0) + str("1259") + str("16385") + str("t") +
                     str(desc) + integer(2) + str("CREATE …") + str("") +
                     str("COPY t FROM stdin;") + str("public") + str("") + str("heap");
  if (minor >= 16) text += integer('r');
  return text + str("bob") + str("false") + str("3") + integer(-1) + '\1' + std::string(8, '\0');
}

std::string head(int minor, char revision, Method method = Method::none) {
  std::string text = "PGDMP\1" + std::string(1, static_cast<char>(minor)) + revision + "\4\10\1";
  const int number = static_cast<int>(method);
  text += minor >= 15 ? std::string(1, static_cast<char>(number)) : integer(-number);
  for (int i = 0; i < 7; ++i) text += integer(i);
  return text + str("db") + str("15.20") + str("15.20") + integer(3) +
         entry(minor, 1, false, "TABLE") + entry(minor, 2, true, "TABLE DATA") +
         entry(minor, 3, true, "BLOBS");
}

std::string blocks() {
  return "\1" + integer(2) + str("1\ta\n") + str("2\tb\n\\.\n\n\n") + integer(0) +  //
         "\3" + integer(3) + integer(16400) + str("photo") + integer(0) + integer(-2147483647) +
         integer(0) + integer(0);
}

std::string with_end(const std::string& text) {
  digest::Xxh3 digest;
  digest.update(base::as_bytes(text));
  const auto end = stream::encode({text.size(), digest.value()});
  return text + std::string(base::as_text(end));
}

// Hands out at most `step` bytes at a time.
ArchiveReader reader_of(const std::string& text, std::size_t step = 1000000) {
  auto at = std::make_shared<std::size_t>(0);
  return {[&text, at, step](base::MutableBytes into) {
            const std::size_t count = std::min({into.size(), step, text.size() - *at});
            std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(*at), count, into.begin());
            *at += count;
            return count;
          },
          "it"};
}

std::string contents(ArchiveReader reader) {
  std::string all;
  reader.read_head();
  const auto take_pieces = [&] {
    for (base::Bytes piece = reader.next_piece(); !piece.empty(); piece = reader.next_piece()) {
      all += base::as_text(piece);
    }
  };
  while (const auto block = reader.next_block()) {
    all += "[" + std::to_string(block->entry->id) + "]";
    if (!block->large_objects) take_pieces();
    while (block->large_objects) {
      const auto oid = reader.next_large_object();
      if (!oid) break;
      all += "<" + std::to_string(*oid) + ">";
      take_pieces();
    }
  }
  return all;
}

void walk(ArchiveReader reader) {
  reader.read_head();
  while (reader.next_block()) {
  }
}

constexpr char kContents[] = "[2]1\ta\n2\tb\n\\.\n\n\n[3]<16400>photo<2147483649>";

TEST(Archive, ReadsAllVersionsInPiecesOfAnySize) {
  for (const int minor : {14, 15, 16}) {
    const std::string stock = head(minor, 0) + blocks();
    const std::string ours = with_end(head(minor, 1) + blocks());
    for (const std::size_t step : {1UL, 7UL, 1000000UL}) {
      EXPECT_EQ(contents(reader_of(stock, step)), kContents);
      EXPECT_EQ(contents(reader_of(ours, step)), kContents);
      walk(reader_of(ours, step));
    }
  }
}

TEST(Archive, TellsWhatItSaw) {
  const std::string text = head(16, 0) + blocks();
  ArchiveReader reader = reader_of(text);
  const Archive& archive = reader.read_head();
  EXPECT_EQ(archive.header.database, "db");
  EXPECT_EQ(archive.entries.size(), 3U);
  EXPECT_EQ(archive.find("TABLE DATA")->describe(), "TABLE DATA public.t");
  EXPECT_EQ(archive.find("TABLE DATA")->owner, "bob");
  EXPECT_EQ(archive.find("SCHEMA"), nullptr);
}

std::string deflated(const std::string& plain) {
  std::string text;
  const auto take = [&](base::Bytes bytes) { text += base::as_text(bytes); };
  zip::ZlibPart part(1);
  take(zip::zlib_head(1));
  part.write(base::as_bytes(plain), take);
  take(zip::zlib_tail(part.finish(take)));
  return text;
}

// Rows in chunks of 5 bytes, and two objects, of which the second is empty.
std::string deflated_blocks(const std::string& rows, const std::string& object) {
  std::string text = "\1" + integer(2);
  for (std::size_t at = 0; at < rows.size(); at += 5) text += str(rows.substr(at, 5));
  return text + integer(0) + "\3" + integer(3) + integer(16400) + str(object) + integer(0) +
         integer(16401) + str(deflated("")) + integer(0) + integer(0);
}

std::string inflated_contents(const std::string& text) {
  std::string all;
  ArchiveReader reader = reader_of(text, 7);
  reader.read_head();
  while (const auto block = reader.next_block()) {
    BlockContents contents(reader, *block->entry);
    do {
      if (block->large_objects && !reader.next_large_object()) break;
      all += '[';
      for (base::Bytes piece = contents.next(); !piece.empty(); piece = contents.next()) {
        all += base::as_text(piece);
      }
      all += ']';
    } while (block->large_objects);
  }
  return all;
}

TEST(Archive, InflatesWhatGzipCompressed) {
  for (const int minor : {14, 15, 16}) {
    const std::string text = head(minor, 0, Method::gzip) +
                             deflated_blocks(deflated("1\ta\n\\.\n\n\n"), deflated("photo"));
    EXPECT_EQ(inflated_contents(text), "[1\ta\n\\.\n\n\n][photo][]") << minor;
  }
  EXPECT_EQ(inflated_contents(head(16, 0) + blocks()), "[1\ta\n2\tb\n\\.\n\n\n][photo][]");
}

TEST(Archive, RefusesDamageInsideWhatIsCompressed) {
  const std::string rows = deflated("1\ta\n\\.\n\n\n");
  const auto refused = [&](const std::string& changed, const std::string& object) {
    const std::string text = head(16, 0, Method::gzip) + deflated_blocks(changed, object);
    EXPECT_THROW((void)inflated_contents(text), base::Error);
  };
  for (std::size_t at = 0; at < rows.size(); ++at) {
    std::string changed = rows;
    changed[at] = static_cast<char>(changed[at] ^ 0x41);
    refused(changed, deflated("photo"));
    refused(rows.substr(0, at), deflated("photo"));
  }
  refused(rows + "x", deflated("photo"));
  refused(rows, deflated("photo") + deflated("photo"));
  refused(rows, "photo");
}

TEST(Archive, KnowsTheMethodsOfCompression) {
  for (const Method method : {Method::none, Method::gzip, Method::lz4, Method::zstd}) {
    const std::string text = head(16, 0, method) + blocks();
    EXPECT_EQ(reader_of(text).read_head().header.compression, method);
  }
  std::string unknown = head(16, 0) + blocks();
  unknown[11] = 4;
  EXPECT_THROW(walk(reader_of(unknown)), base::Error);
}

TEST(Archive, RefusesEveryCut) {
  for (const std::string& whole : {head(16, 0) + blocks(), with_end(head(14, 1) + blocks())}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::string cut = whole.substr(0, size);
      EXPECT_THROW(walk(reader_of(cut)), base::Error) << size;
    }
  }
}

TEST(Archive, RefusesEveryChangedByteUnderADigest) {
  const std::string whole = with_end(head(16, 1) + blocks());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    if (at == 7) continue;  // says that there is a digest
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    EXPECT_THROW(walk(reader_of(changed)), base::Error) << at;
  }
}

TEST(Archive, RefusesWhatDoesNotBelong) {
  const std::string ours = with_end(head(16, 1) + blocks());
  EXPECT_THROW(walk(reader_of(ours + ours)), base::Error);
  EXPECT_THROW(walk(reader_of(ours + "x")), base::Error);
  const std::string twice = head(16, 0) + blocks() + blocks();
  EXPECT_THROW(walk(reader_of(twice)), base::Error);
  std::string newer = head(16, 0);
  newer[6] = 17;
  try {
    walk(reader_of(newer));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.status(), base::Exit::unavailable);
  }
}

TEST(Archive, KnowsTheOldestReader) {
  EXPECT_EQ(oldest_reader(14), 12);
  EXPECT_EQ(oldest_reader(15), 16);
  EXPECT_EQ(oldest_reader(16), 17);
}

}  // namespace
}  // namespace sluice::pg
