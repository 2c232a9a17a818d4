#include "s3/profile.hpp"

#include <gtest/gtest.h>

namespace sluice::s3 {
namespace {

TEST(Profile, ReadsBothFiles) {
  const Profiles profiles(
      "# comment\n[default]\nregion = eu-central-1\n\n[profile backup]\r\nregion=us-west-2\r\n"
      "s3 =\n  addressing_style = path\n  max_concurrent_requests = 20\n"
      "endpoint_url = http://minio:9000\n[sso-session x]\nregion = none\n",
      "[backup]\naws_access_key_id = AK \naws_secret_access_key =\tS=K/+\n; end\n");
  EXPECT_EQ(profiles.get("default", "region"), "eu-central-1");
  EXPECT_EQ(profiles.get("backup", "region"), "us-west-2");
  EXPECT_EQ(profiles.get("backup", "s3.addressing_style"), "path");
  EXPECT_EQ(profiles.get("backup", "endpoint_url"), "http://minio:9000");
  EXPECT_EQ(profiles.get("backup", "aws_access_key_id"), "AK");
  EXPECT_EQ(profiles.get("backup", "aws_secret_access_key"), "S=K/+");
  EXPECT_EQ(profiles.get("x", "region"), std::nullopt);
  EXPECT_FALSE(profiles.has("other"));
}

}  // namespace
}  // namespace sluice::s3
