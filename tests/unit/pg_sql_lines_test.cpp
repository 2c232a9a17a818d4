#include "pg/sql_lines.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::pg {
namespace {

// Lines in <>, all else as it is.
std::string told_apart(std::string_view text, std::size_t step) {
  std::string all;
  SqlLines lines([&](std::string_view line) { all += "<" + std::string(line) + ">"; },
                 [&](base::Bytes rest) { all += base::as_text(rest); });
  for (std::size_t at = 0; at < text.size(); at += step) {
    lines.append(base::as_bytes(text.substr(at, step)));
  }
  lines.finish();
  return all;
}

void expect(std::string_view text, const std::string& want) {
  for (const std::size_t step : {1UL, 2UL, 7UL, 100000UL}) {
    EXPECT_EQ(told_apart(text, step), want) << step;
  }
}

TEST(SqlLines, RowsAreNoLines) {
  expect("a;\nCOPY t (x) FROM stdin;\n\\connect x\n\\N\n\\.x\n\n\\.\n\\connect y\n",
         "<a;\n><COPY t (x) FROM stdin;\n>\\connect x\n\\N\n\\.x\n\n\\.\n<\\connect y\n>");
  expect("copy t\nfrom STDIN with csv;\r\n1\r\n\\.\r\nb",
         "<copy t\n><from STDIN with csv;\r\n>1\r\n\\.\r\n<b>");
  expect("", "");
  expect("SELECT 1;", "<SELECT 1;>");
  expect("COPY t FROM stdin;\n1", "<COPY t FROM stdin;\n>1");
}

TEST(SqlLines, AVeryLongLineIsNoLine) {
  const std::string line(SqlLines::kLongestLine + 10, 'x');
  const std::string text = "a\n" + line + "\n\\connect b\n" + line + "\n" + line;
  EXPECT_EQ(told_apart(text, 1000), "<a\n>" + line + "\n<\\connect b\n>" + line + "\n" + line);
}

}  // namespace
}  // namespace sluice::pg
