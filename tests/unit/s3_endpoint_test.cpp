#include "s3/endpoint.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sluice::s3 {
namespace {

TEST(Endpoint, PathStyleForOnesOwnServer) {
  const Endpoint endpoint = parse_endpoint("http://minio:9000/", PlainHttp::private_hosts);
  EXPECT_EQ(endpoint.url(), "http://minio:9000");
  EXPECT_EQ(target(endpoint, "bucket").host, "minio:9000");
  EXPECT_EQ(target(endpoint, "bucket").path, "/bucket");
  EXPECT_EQ(target(endpoint, "").path, "");
}

TEST(Endpoint, VirtualHostsForAws) {
  EXPECT_EQ(target(aws_endpoint("eu-west-1"), "b").host, "b.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(target(aws_endpoint("cn-north-1"), "b").host, "b.s3.cn-north-1.amazonaws.com.cn");
  const Endpoint named =
      parse_endpoint("https://s3.eu-west-1.amazonaws.com", PlainHttp::private_hosts);
  EXPECT_EQ(target(named, "b").host, "b.s3.eu-west-1.amazonaws.com");
  // A wildcard certificate does not cover it.
  EXPECT_EQ(target(aws_endpoint("eu-west-1"), "a.b").path, "/a.b");
}

TEST(Endpoint, ABareHostMeansHttps) {
  EXPECT_EQ(parse_endpoint("s3.example.com", PlainHttp::private_hosts).url(),
            "https://s3.example.com");
}

TEST(Endpoint, PlainHttpStaysAtHome) {
  EXPECT_THROW((void)parse_endpoint("http://s3.example.com", PlainHttp::private_hosts),
               base::Error);
  EXPECT_NO_THROW((void)parse_endpoint("http://s3.example.com", PlainHttp::anywhere));
  for (const char* host : {"localhost", "127.0.0.1:80", "10.1.2.3", "172.31.0.1", "192.168.1.1",
                           "[::1]:9000", "[fd00::1]", "minio", "s3.minio.svc", "nas.local"}) {
    EXPECT_TRUE(is_private_host(host)) << host;
  }
  for (const char* host : {"8.8.8.8", "172.32.0.1", "[2001:db8::1]", "example.com", "local.com"}) {
    EXPECT_FALSE(is_private_host(host)) << host;
  }
}

TEST(Endpoint, LeadsOnlyToItsOwnDomain) {
  const auto from = [](const char* url) { return parse_endpoint(url, PlainHttp::anywhere); };
  EXPECT_TRUE(may_lead_to(from("http://127.0.0.1:1"), "127.0.0.1:2"));
  EXPECT_FALSE(may_lead_to(from("http://127.0.0.1:1"), "127.0.0.2:1"));
  EXPECT_TRUE(may_lead_to(from("s3.example.com"), "eu.s3.example.com"));
  EXPECT_TRUE(may_lead_to(from("s3.example.com"), "eu.example.com:9000"));
  EXPECT_FALSE(may_lead_to(from("s3.example.com"), "example.org"));
  EXPECT_FALSE(may_lead_to(from("s3.example.com"), "evil-example.com"));
  EXPECT_FALSE(may_lead_to(from("example.com"), "evil.com"));
  EXPECT_TRUE(may_lead_to(from("minio"), "a.minio"));
  EXPECT_FALSE(may_lead_to(from("minio"), "other"));
  EXPECT_TRUE(may_lead_to(aws_endpoint("us-east-1"), "bucket.s3-us-west-2.amazonaws.com"));
  EXPECT_FALSE(may_lead_to(aws_endpoint("us-east-1"), "amazonaws.com.example.org"));
}

TEST(Endpoint, RefusesWhatIsNoUrl) {
  for (const char* bad : {"ftp://x", "http://", "http://user:pass@host", "https://h/?q"}) {
    EXPECT_THROW((void)parse_endpoint(bad, PlainHttp::anywhere), base::Error) << bad;
  }
}

}  // namespace
}  // namespace sluice::s3
