#include "base/text.hpp"

#include <gtest/gtest.h>

namespace sluice::base {
namespace {

TEST(Text, PrintableKeepsUtf8AndEscapesTheRest) {
  EXPECT_EQ(printable("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(printable("grün 🐘"), "grün 🐘");
  EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");           // a C1 control
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
}

TEST(Text, JsonQuoteEscapes) {
  EXPECT_EQ(json_quote("a\"b\\c\n"), "\"a\\\"b\\\\c\\u000a\"");
  EXPECT_EQ(json_quote("\xff"), "\"\\ufffd\"");
}

TEST(Text, Sizes) {
  EXPECT_EQ(parse_size("0"), 0U);
  EXPECT_EQ(parse_size("64K"), 65536U);
  EXPECT_EQ(parse_size("5T"), 5ULL << 40);
  for (const char* bad :
       {"", "K", "1k", "1.5M", "-1", "1MB", "99999999999999999999", "9999999999P"}) {
    EXPECT_FALSE(parse_size(bad)) << bad;
  }
}

TEST(Text, DurationsInWords) {
  for (const char* text : {"90s", "5m", "26h", "7d", "0s", "61m"}) {
    EXPECT_EQ(duration_text(parse_duration(text).value()), text);
  }
  EXPECT_EQ(duration_text(parse_duration("2w").value()), "14d");
}

TEST(Text, Durations) {
  EXPECT_EQ(parse_duration("90s")->count(), 90);
  EXPECT_EQ(parse_duration("100000d"), kLongestDuration);
  EXPECT_FALSE(parse_duration("100001d"));
  EXPECT_EQ(parse_duration("2w")->count(), 1209600);
  for (const char* bad : {"", "5", "h", "1y", "-1s", "1.5h", "1h30m"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Text, HumanSize) {
  EXPECT_EQ(human_size(0), "0 B");
  EXPECT_EQ(human_size(1023), "1023 B");
  EXPECT_EQ(human_size(1536), "1.5 KiB");
}

TEST(Text, HumanDuration) {
  using std::chrono::seconds;
  EXPECT_EQ(human_duration(seconds(0)), "0s");
  EXPECT_EQ(human_duration(seconds(119)), "119s");
  EXPECT_EQ(human_duration(seconds(120)), "2m");
  EXPECT_EQ(human_duration(seconds(26 * 3600 + 59)), "26h");
  EXPECT_EQ(human_duration(seconds(2 * 86400)), "2d");
  EXPECT_EQ(human_duration(seconds(-3600)), "-60m");
}

TEST(Text, SplitJoinTrim) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
  EXPECT_EQ(trim(" \ta b\n"), "a b");
  EXPECT_EQ(trim("\n"), "");
}

}  // namespace
}  // namespace sluice::base
