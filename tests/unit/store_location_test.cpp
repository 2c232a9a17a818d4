#include "store/location.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sluice::store {
namespace {

TEST(Location, Parses) {
  const Location object = parse_url("s3://bucket/a/b c%20");
  EXPECT_EQ(object.bucket, "bucket");
  EXPECT_EQ(object.path, "a/b c%20");
  EXPECT_FALSE(object.is_prefix());
  EXPECT_TRUE(parse_url("s3://bucket").is_prefix());
  EXPECT_TRUE(parse_url("s3://bucket/a/").is_prefix());
  EXPECT_TRUE(parse_url("s3://bucket/a_{utc}").is_template());
  EXPECT_EQ(parse_url("s3://").bucket, "");
  EXPECT_EQ(parse_url("file:///var/x").path, "/var/x");
}

TEST(Location, GivesTheUrlBack) {
  for (const char* url : {"s3://bucket/a/b", "file:///var/x"}) {
    const Location place = parse_url(url);
    EXPECT_EQ(url_of(place, place.path), url);
  }
}

TEST(Location, DoublesBraces) { EXPECT_EQ(url_of(parse_url("s3://b/"), "{x}"), "s3://b/{{x}}"); }

TEST(Location, RefusesWhatIsNoUrl) {
  for (const char* bad : {"", "bucket/key", "s3:///key", "file://x", "file:", "http://x/y",
                          "s3://b{utc}/x", "S3://b/k"}) {
    EXPECT_THROW((void)parse_url(bad), base::Error) << bad;
  }
}

}  // namespace
}  // namespace sluice::store
