#include "io/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace sluice::io {
namespace {

namespace fs = std::filesystem;

class AtomicFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "sluice-test-XXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  void TearDown() override { fs::remove_all(directory_); }

  [[nodiscard]] std::string path() const { return directory_ / "object"; }
  [[nodiscard]] long files() const {
    return std::distance(fs::recursive_directory_iterator(directory_), {});
  }

  fs::path directory_;
};

TEST_F(AtomicFileTest, AppearsOnlyWhenFinished) {
  {
    AtomicFile file(path(), IfExists::refuse);
    file.write(base::as_bytes("hello"));
    EXPECT_FALSE(fs::exists(path()));
    file.finish();
  }
  EXPECT_EQ(read_file(path()), "hello");
  EXPECT_EQ(files(), 1);
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(AtomicFileTest, LeavesNothingWithoutFinish) {
  { AtomicFile(path(), IfExists::replace).write(base::as_bytes("half")); }
  EXPECT_EQ(files(), 0);
}

TEST_F(AtomicFileTest, KeepsTheOldFileUntilTheEnd) {
  std::ofstream(path()) << "old";
  AtomicFile file(path(), IfExists::replace);
  file.write(base::as_bytes("new"));
  EXPECT_EQ(read_file(path()), "old");
  file.finish();
  EXPECT_EQ(read_file(path()), "new");
}

TEST_F(AtomicFileTest, ReplacesNoDeviceAndNoPipe) {
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  EXPECT_THROW(AtomicFile(path(), IfExists::replace), base::Error);
  EXPECT_TRUE(fs::is_fifo(path()));
  EXPECT_THROW(AtomicFile(directory_, IfExists::replace), base::Error);
}

TEST_F(AtomicFileTest, RefusesAnExistingFileAtOnceAndInTheEnd) {
  AtomicFile file(path(), IfExists::refuse);
  std::ofstream(path()) << "came meanwhile";
  EXPECT_THROW(file.finish(), base::Error);
  EXPECT_EQ(read_file(path()), "came meanwhile");
  EXPECT_THROW(AtomicFile(path(), IfExists::refuse), base::Error);
}

TEST_F(AtomicFileTest, MakesParentsWhenAsked) {
  const std::string deep = directory_ / "a/b/c";
  EXPECT_THROW(AtomicFile(deep, IfExists::refuse), base::Error);
  AtomicFile(deep, IfExists::refuse, true).finish();
  EXPECT_EQ(fs::status(directory_ / "a/b").permissions(), fs::perms::owner_all);
}

TEST_F(AtomicFileTest, TakesBackTheParentsItMade) {
  { AtomicFile(directory_ / "a/b/c", IfExists::refuse, true).write(base::as_bytes("half")); }
  EXPECT_EQ(files(), 0);
  {
    AtomicFile file(directory_ / "a/b/c", IfExists::refuse, true);
    std::ofstream(directory_ / "a/other") << "somebody else's";
  }
  EXPECT_EQ(files(), 2);  // a and a/other
}

}  // namespace
}  // namespace sluice::io
