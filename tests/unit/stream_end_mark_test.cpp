#include "stream/end_mark.hpp"

#include <gtest/gtest.h>

#include <array>

#include "stream/marks.hpp"

namespace sluice::stream {
namespace {

std::string text_of(base::Bytes bytes) { return std::string(base::as_text(bytes)); }

// Fed whole and byte by byte the judgement must be the same.
Judgement judge(const std::string& stream) {
  EndMark whole;
  whole.feed(base::as_bytes(stream));
  EndMark dribble;
  for (std::size_t i = 0; i < stream.size(); i += 7) {
    dribble.feed(base::as_bytes(std::string_view(stream).substr(i, 7)));
  }
  EXPECT_EQ(static_cast<int>(whole.judge().mark), static_cast<int>(dribble.judge().mark));
  return whole.judge();
}

// `stream` is whole, and no proper prefix of it from `from` on is.
void expect_every_cut_is_seen(const std::string& stream, std::size_t from) {
  EXPECT_EQ(judge(stream).mark, Mark::whole);
  for (std::size_t size = from; size < stream.size(); ++size) {
    EXPECT_EQ(judge(stream.substr(0, size)).mark, Mark::cut) << "cut at " << size;
  }
}

const std::string kSqlHead = "--\n-- PostgreSQL database dump\n--\n\nSET x = 1;\n";
const std::string kSqlEnd = "--\n-- PostgreSQL database dump complete\n--\n\n";

TEST(EndMark, PlainSqlDump) {
  const std::string dump = kSqlHead + std::string(2000, 'x') + "\n" + kSqlEnd;
  EXPECT_EQ(judge(dump).mark, Mark::whole);
  EXPECT_EQ(judge(kSqlHead + kSqlEnd + "\\unrestrict abc\n\n").mark, Mark::whole);
  EXPECT_EQ(judge(kSqlHead).mark, Mark::cut);
  EXPECT_EQ(judge(dump.substr(0, dump.find("complete"))).mark, Mark::cut);
  EXPECT_EQ(judge(dump + "SELECT 1;\n").mark, Mark::cut);
  EXPECT_EQ(judge(kSqlHead + kSqlEnd + kSqlHead + kSqlEnd).mark, Mark::whole);
}

TEST(EndMark, RowsThatReadLikeTheEndOfADump) {
  const std::string rows = "COPY public.notes (text) FROM stdin;\nfirst\n" + kSqlEnd;
  const std::string rest = "last\n\\.\n\nCREATE INDEX i ON notes (text);\n" + kSqlEnd;
  EXPECT_EQ(judge(kSqlHead + rows).mark, Mark::cut);
  EXPECT_EQ(judge(kSqlHead + rows + rest).mark, Mark::whole);
  const std::string long_row(3000, 'x');
  EXPECT_EQ(judge(kSqlHead + rows + long_row + "\n" + kSqlEnd).mark, Mark::cut);
  EXPECT_EQ(judge(kSqlHead + rows + long_row + "\n" + rest).mark, Mark::whole);
}

TEST(EndMark, ClusterDumpNeedsItsOwnEnd) {
  const std::string head = "--\n-- PostgreSQL database cluster dump\n--\n\n";
  EXPECT_EQ(judge(head + kSqlHead + kSqlEnd).mark, Mark::cut);
  EXPECT_EQ(judge(head + "--\n-- PostgreSQL database cluster dump complete\n--\n\n").mark,
            Mark::whole);
}

std::string archive(const std::string& body) {
  const std::string before = std::string("PGDMP\x01\x0e\x01", 8) + body;
  return before + text_of(encode({before.size(), {1, 2, 3}}));
}

TEST(EndMark, ArchiveWithEndBlock) {
  expect_every_cut_is_seen(archive(std::string(600, 'a')), 8);
  EXPECT_EQ(judge(archive("a") + archive("b")).mark, Mark::unknown);  // the proof has to speak
  EXPECT_EQ(judge(archive("a").substr(0, 40) + archive("b")).mark, Mark::unknown);
  EXPECT_EQ(judge(archive("a") + "x").mark, Mark::cut);
  EXPECT_EQ(judge(std::string("PGDMP\x01\x0e\x00", 8) + "stock").mark, Mark::unknown);
}

TEST(EndMark, Bgzf) {
  const std::string end = text_of(kBgzfEnd);
  std::string member = end;
  member.insert(18, 100, 'x');
  expect_every_cut_is_seen(member + end, 18);
  EXPECT_EQ(judge(end).mark, Mark::whole);
  EXPECT_EQ(judge("\x1f\x8b\x08 plain gzip, no extra field").mark, Mark::unknown);
}

TEST(EndMark, SeekableZstd) {
  const std::string stream = text_of(kZstdHead) + std::string(50, 'z') + text_of(kZstdSeekableEnd);
  expect_every_cut_is_seen(stream, 16);
  EXPECT_EQ(judge("\x28\xb5\x2f\xfd foreign").mark, Mark::unknown);
}

// `told` is the size that the header tells, `more_map` that a sparse file's map goes on behind it.
std::string tar_entry(const std::string& content, char type, std::size_t told,
                      bool more_map = false) {
  std::array<char, 512> header{};
  std::snprintf(header.data(), 100, "file");
  std::snprintf(header.data() + 124, 12, "%011zo", told);
  header[156] = type;
  header[482] = more_map ? 1 : 0;
  std::snprintf(header.data() + 257, 6, "ustar");
  std::fill_n(header.data() + 148, 8, ' ');
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  std::snprintf(header.data() + 148, 8, "%06o", sum);
  return std::string(header.data(), 512) + content +
         std::string((512 - content.size() % 512) % 512, '\0');
}

std::string tar_entry(const std::string& content) {
  return tar_entry(content, '0', content.size());
}

// The data of a large member, or of a sparse file, must not be read as headers.
TEST(EndMark, TarWithSizesElsewhere) {
  const std::string end(1024, '\0');
  const std::string zeros(4096, '\0');
  const std::string pax =
      tar_entry("11 path=ab\n13 size=4096\n", 'x', 24) + tar_entry(zeros, '0', 0);
  EXPECT_EQ(judge(pax).mark, Mark::cut);
  expect_every_cut_is_seen(pax + tar_entry("next") + end, 512);
  const std::string map = std::string(504, 'm') + '\1' + std::string(7, '\0') +
                          std::string(504, 'm') + std::string(8, '\0');
  const std::string sparse = tar_entry(map + zeros, 'S', zeros.size(), true);
  EXPECT_EQ(judge(sparse).mark, Mark::cut);
  expect_every_cut_is_seen(sparse + tar_entry("next") + end, 512);
}

TEST(EndMark, Tar) {
  const std::string end(1024, '\0');
  const std::string tar = tar_entry("hello") + tar_entry(std::string(1500, 'y')) + end;
  expect_every_cut_is_seen(tar, 512);
  EXPECT_EQ(judge(tar + std::string(8192, '\0')).mark, Mark::whole);
  // Zeros inside a file are no end.
  EXPECT_EQ(judge(tar_entry(std::string(4096, '\0'))).mark, Mark::cut);
  std::string damaged = tar;
  damaged[1024] ^= 1;
  EXPECT_EQ(judge(damaged).mark, Mark::cut);
}

TEST(EndMark, AgeMustHaveAPossibleLength) {
  const std::string header = "age-encryption.org/v1\n-> X25519 abc\nbody\n--- mac\n";
  const auto with_payload = [&](std::size_t size) {
    return judge(header + std::string(16, 'n') + std::string(size, 'p')).mark;
  };
  constexpr std::size_t kChunk = 65536 + 16;
  for (const std::size_t possible :
       {std::size_t{16}, std::size_t{17}, std::size_t{100}, kChunk, kChunk + 17}) {
    EXPECT_EQ(with_payload(possible), Mark::unknown) << possible;
  }
  for (const std::size_t impossible : {std::size_t{0}, std::size_t{15}, kChunk + 1, kChunk + 16}) {
    EXPECT_EQ(with_payload(impossible), Mark::cut) << impossible;
  }
  EXPECT_EQ(judge(header.substr(0, header.size() - 1)).mark, Mark::cut);
}

TEST(EndMark, ArmoredAgeNeedsItsLastLine) {
  const std::string text = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n";
  EXPECT_EQ(judge(text).mark, Mark::cut);
  EXPECT_EQ(judge(text + "-----END AGE ENCRYPTED FILE-----\n").mark, Mark::unknown);
}

TEST(EndMark, OtherDataIsUnknown) {
  EXPECT_EQ(judge("hello").mark, Mark::unknown);
  EXPECT_EQ(judge(std::string(5000, 'q')).mark, Mark::unknown);
}

}  // namespace
}  // namespace sluice::stream
