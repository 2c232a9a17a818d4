#include "s3/sigv4.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "digest/hash.hpp"

namespace sluice::s3 {
namespace {

const Credentials kExample{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
const Credentials kSuite{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
constexpr char kEmptyHash[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string signature(const Signable& request, const Credentials& credentials, const Scope& scope) {
  const std::string header = authorization(request, credentials, scope);
  return header.substr(header.find("Signature=") + 10);
}

// Amazon S3 API Reference, "Signature Calculations … (Single Chunk)": the four examples.
class S3Examples : public testing::Test {
 protected:
  const Scope scope_{*base::parse_time("2013-05-24T00:00:00Z"), "us-east-1"};
  Signable get(std::string path, std::string query, http::Headers more) {
    http::Headers headers{{"Host", "examplebucket.s3.amazonaws.com"},
                          {"x-amz-content-sha256", kEmptyHash},
                          {"x-amz-date", amz_date(scope_.time)}};
    headers.insert(headers.end(), more.begin(), more.end());
    return {"GET", std::move(path), std::move(query), headers, kEmptyHash};
  }
};

TEST_F(S3Examples, GetObject) {
  EXPECT_EQ(authorization(get("/test.txt", "", {{"Range", "bytes=0-9"}}), kExample, scope_),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST_F(S3Examples, PutObject) {
  const std::string body = "Welcome to Amazon S3.";
  const std::string hash = base::hex(base::as_text(digest::sha256(base::as_bytes(body))));
  const Signable put{"PUT",
                     "/" + percent_encode("test$file.text", Slash::keep),
                     "",
                     {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                      {"Host", "examplebucket.s3.amazonaws.com"},
                      {"x-amz-date", "20130524T000000Z"},
                      {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                      {"x-amz-content-sha256", hash}},
                     hash};
  EXPECT_EQ(signature(put, kExample, scope_),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST_F(S3Examples, GetBucketLifecycle) {
  EXPECT_EQ(signature(get("/", canonical_query({{"lifecycle", ""}}), {}), kExample, scope_),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

TEST_F(S3Examples, ListObjects) {
  const std::string query = canonical_query({{"prefix", "J"}, {"max-keys", "2"}});
  EXPECT_EQ(signature(get("/", query, {}), kExample, scope_),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

// From AWS's Signature Version 4 test suite: names of the cases as there.
class Suite : public testing::Test {
 protected:
  const Scope scope_{*base::parse_time("2015-08-30T12:36:00Z"), "us-east-1", "service"};
  std::string sign(const std::string& method, const std::string& query, http::Headers more = {}) {
    http::Headers headers{{"Host", "example.amazonaws.com"}, {"X-Amz-Date", "20150830T123600Z"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return signature({method, "/", query, headers, kEmptyHash}, kSuite, scope_);
  }
};

TEST_F(Suite, GetVanilla) {
  EXPECT_EQ(sign("GET", ""), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST_F(Suite, PostVanilla) {
  EXPECT_EQ(sign("POST", ""), "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
}

TEST_F(Suite, GetVanillaQueryOrder) {
  EXPECT_EQ(sign("GET", canonical_query({{"Param2", "value2"}, {"Param1", "value1"}})),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
}

TEST_F(Suite, GetHeaderValueTrim) {
  const http::Headers headers{{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}};
  EXPECT_EQ(sign("GET", "", headers),
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
}

TEST(PercentCoding, IsItsOwnInverse) {
  const std::string key = "a b+c%d#e?f&g\n/\xf0\x9f\x90\x98~";
  EXPECT_EQ(percent_encode(key, Slash::keep), "a%20b%2Bc%25d%23e%3Ff%26g%0A/%F0%9F%90%98~");
  EXPECT_EQ(percent_decode(percent_encode(key, Slash::encode)), key);
  EXPECT_EQ(percent_decode("a+b%2"), "a b%2");
}

}  // namespace
}  // namespace sluice::s3
