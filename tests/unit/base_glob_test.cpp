#include "base/glob.hpp"

#include <gtest/gtest.h>

namespace sluice::base {
namespace {

struct Case {
  const char* pattern;
  const char* path;
  bool matches;
};

class Glob : public testing::TestWithParam<Case> {};

TEST_P(Glob, Matches) {
  const Case& one = GetParam();
  EXPECT_EQ(glob_matches(one.pattern, one.path), one.matches) << one.pattern << " " << one.path;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Glob,
    testing::Values(Case{".last_success", ".last_success", true},
                    Case{".last_success", "a/b/.last_success", true},
                    Case{"last_success", ".last_success", false}, Case{"*.tmp", "a/b.tmp", true},
                    Case{"*.tmp", "a/b.tmp.gz", false}, Case{"cache", "x/cache/y/z", true},
                    Case{"cache", "x/cached/y", false}, Case{"x/*", "x/y/z", true},
                    Case{"x/y", "x/y/z", true}, Case{"x/y", "a/x/y", false},
                    Case{"x/*.gz", "x/y/z.gz", true}, Case{"[0-9]*", "2023", true},
                    Case{"\\*", "*", true}, Case{"\\*", "a", false}, Case{"*", "", true}));

}  // namespace
}  // namespace sluice::base
