#include "store/directory_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sluice::store {
namespace {

// More than one reading of a directory: each file goes as soon as it is listed.
TEST(Directory, ALargeOneIsListedOnceAndInOrderWhileItIsEmptied) {
  std::string directory = testing::TempDir() + "/sluice-directory-XXXXXX";
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  constexpr int kFiles = 17'000;
  for (int i = 0; i < kFiles; ++i) {
    std::ofstream(directory + "/" + std::to_string(i * 7919 % kFiles)).put('x');
  }
  DirectoryStore store;
  std::vector<std::string> keys;
  store.list(directory + "/", [&](Object&& object) {
    keys.push_back(std::move(object.key));
    EXPECT_TRUE(store.remove({&keys.back(), 1}).empty());
  });
  EXPECT_EQ(keys.size(), static_cast<std::size_t>(kFiles));
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  EXPECT_TRUE(std::filesystem::is_empty(directory));
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace sluice::store
