#include "pg/archive.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "digest/xxh3.hpp"
#include "stream/marks.hpp"

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

std::string head(int minor, char revision) {
  std::string text = "PGDMP\1" + std::string(1, static_cast<char>(minor)) + revision + "\4\10\1";
  text += minor >= 15 ? std::string(1, '\0') : integer(0);
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
