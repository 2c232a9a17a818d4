#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pg/object_slices.hpp"
#include "pg/row_slices.hpp"

namespace sluice::pg {
namespace {

using base::as_bytes;
using base::as_text;
using stream::Channel;

// What a worker would see of each slice. Slices are small enough here to wait in their channels.
std::vector<std::string> contents(const std::vector<std::shared_ptr<Channel>>& slices) {
  std::vector<std::string> texts;
  for (const auto& slice : slices) {
    std::string text;
    while (const auto buffer = slice->get()) text += as_text(buffer->bytes());
    texts.push_back(text);
  }
  return texts;
}

struct Cut {
  std::vector<std::string> slices;
  bool whole;
};

Cut cut(const std::string& block, std::size_t step = 70000) {
  std::vector<std::shared_ptr<Channel>> slices;
  RowSlices cutter([&](std::shared_ptr<Channel> slice) { slices.push_back(std::move(slice)); });
  for (std::size_t at = 0; at < block.size(); at += step) {
    cutter.append(as_bytes(std::string_view(block).substr(at, step)));
  }
  const bool whole = cutter.finish();
  if (!whole) return {{}, whole};
  return {contents(slices), whole};
}

std::string rows(std::size_t size, const std::string& row) {
  std::string text;
  while (text.size() < size) text += row;
  return text;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += text;
  return all;
}

TEST(RowSlices, AreRowsThatTogetherAreTheTable) {
  const std::string table = rows(3 * kSliceSize, "1\tsome text\\n and more\\\\\n");
  for (const std::size_t step : {std::size_t{1000}, std::size_t{262144}, table.size()}) {
    const Cut found = cut(table + "\\.\n\n\n", step);
    EXPECT_TRUE(found.whole);
    EXPECT_EQ(found.slices.size(), 4U);
    EXPECT_TRUE(joined(found.slices) == table);
  }
}

TEST(RowSlices, EndAtRowEnds) {
  const Cut found = cut(rows(2 * kSliceSize, "17\tx y z\n") + "\\.\n\n\n");
  ASSERT_EQ(found.slices.size(), 3U);
  for (const std::string& slice : found.slices) {
    EXPECT_TRUE(slice.starts_with("17\tx y z\n"));
    EXPECT_TRUE(slice.ends_with("\n"));
  }
}

TEST(RowSlices, ABackslashBeforeANewlineIsNoPlaceToCut) {
  const Cut found = cut(rows(2 * kSliceSize, "a\\\nb\n") + "\\.\n\n\n");
  for (const std::string& slice : found.slices) {
    EXPECT_TRUE(slice.starts_with("a\\\nb\n"));
    EXPECT_TRUE(slice.ends_with("\nb\n"));
  }
}

TEST(RowSlices, TheEndMayBeSpreadOverTwoSlices) {
  for (std::size_t over = 0; over <= 8; ++over) {
    std::string table = rows(kSliceSize - 100, "123456\n");
    table += std::string(kSliceSize - table.size() - over - 1, 'x') + "\n";
    const Cut found = cut(table + "\\.\n\n\n");
    EXPECT_TRUE(found.whole);
    EXPECT_TRUE(joined(found.slices) == table) << over;
  }
}

TEST(RowSlices, AnEmptyTableHasNone) {
  EXPECT_TRUE(cut("\\.\n\n\n").whole);
  EXPECT_TRUE(cut("\\.\n\n\n").slices.empty());
}

TEST(RowSlices, ABlockThatEndsOtherwiseIsNotWhole) {
  for (const std::string end : {"", "1\n", "1\n\\.\n", "\\.\n\n"}) EXPECT_FALSE(cut(end).whole);
}

TEST(RowSlices, ALongRowStreams) {
  const std::string row(kSliceSize + 1000, 'x');
  std::vector<std::shared_ptr<Channel>> slices;
  RowSlices cutter([&](std::shared_ptr<Channel> slice) { slices.push_back(std::move(slice)); });
  cutter.append(as_bytes(row));
  ASSERT_EQ(slices.size(), 1U);
  EXPECT_EQ(slices[0]->get()->size(), kSliceSize - 5);  // what may be an end is kept
  cutter.append(as_bytes("\n\\.\n\n\n"));
  EXPECT_TRUE(cutter.finish());
  EXPECT_EQ(contents(slices)[0].size(), row.size() + 1 - (kSliceSize - 5));
}

TEST(RowSlices, ASliceThatIsNotFinishedIsNone) {
  std::shared_ptr<Channel> slice;
  {
    RowSlices cutter([&](std::shared_ptr<Channel> begun) { slice = std::move(begun); });
    cutter.append(as_bytes(std::string(kSliceSize, 'x')));
  }
  EXPECT_TRUE(slice->get());
  EXPECT_THROW(slice->get(), Channel::Abandoned);
}

TEST(ObjectSlices, AreTheObjectsCutAtPages) {
  std::vector<ObjectSlice> slices;
  ObjectSlices cutter([&](ObjectSlice&& slice) { slices.push_back(std::move(slice)); });
  const std::string small = "abc";
  std::string large;
  for (int i = 0; large.size() < 2 * kSliceSize; ++i) large += std::to_string(i);
  cutter.begin(1);
  cutter.append(as_bytes(small));
  cutter.begin(2);
  for (std::size_t at = 0; at < large.size(); at += 1000) {
    cutter.append(as_bytes(std::string_view(large).substr(at, 1000)));
  }
  cutter.begin(3);  // empty
  cutter.finish();
  EXPECT_EQ(slices.size(), 3U);
  std::string first;
  std::string second;
  for (const ObjectSlice& slice : slices) {
    for (const ObjectSlice::Part& part : slice.parts) {
      std::string& object = part.oid == 1 ? first : second;
      EXPECT_EQ(part.offset, object.size());
      EXPECT_EQ(part.offset % 2048, 0U);
      object += as_text(slice.bytes_of(part));
    }
  }
  EXPECT_EQ(first, small);
  EXPECT_TRUE(second == large);
}

}  // namespace
}  // namespace sluice::pg
