#include "s3/answer.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sluice::s3 {
namespace {

TEST(Answer, ObjectPageDecodesKeys) {
  const ObjectPage page = parse_object_page(
      R"(<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
      <NextContinuationToken>t&amp;1</NextContinuationToken>
      <Contents><Key>a+b%2Bc%0Ad</Key><LastModified>2023-10-05T12:00:00.123Z</LastModified>
      <ETag>&quot;abc-2&quot;</ETag><Size>5497558138880</Size></Contents></ListBucketResult>)");
  ASSERT_EQ(page.objects.size(), 1U);
  EXPECT_EQ(page.objects[0].key, "a b+c\nd");
  EXPECT_EQ(page.objects[0].size, 5497558138880U);
  EXPECT_EQ(page.objects[0].etag, "abc-2");
  EXPECT_EQ(base::rfc3339(page.objects[0].modified), "2023-10-05T12:00:00Z");
  EXPECT_EQ(page.next, "t&1");
}

TEST(Answer, KeysStayAsTheyAreWithoutAnEncoding) {
  const ObjectPage page = parse_object_page(
      "<ListBucketResult><Contents><Key> a+b </Key><Size>0</Size>"
      "<LastModified>2023-10-05T12:00:00Z</LastModified></Contents></ListBucketResult>");
  ASSERT_EQ(page.objects.size(), 1U);
  EXPECT_EQ(page.objects[0].key, " a+b ");
  EXPECT_EQ(page.next, "");
}

TEST(Answer, TruncatedListingWithoutATokenIsRefused) {
  EXPECT_THROW((void)parse_object_page(
                   "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"),
               base::Error);
}

// An upload of no known age would be an old one, an object of no known size a small one.
TEST(Answer, EntriesWithoutATimeOrASizeAreRefused) {
  EXPECT_THROW((void)parse_object_page("<ListBucketResult><Contents><Key>a</Key><Size>1</Size>"
                                       "</Contents></ListBucketResult>"),
               base::Error);
  EXPECT_THROW((void)parse_object_page("<ListBucketResult><Contents><Key>a</Key>"
                                       "<LastModified>2023-10-05T12:00:00Z</LastModified>"
                                       "</Contents></ListBucketResult>"),
               base::Error);
  EXPECT_THROW((void)parse_upload_page("<ListMultipartUploadsResult><Upload><Key>a</Key>"
                                       "<UploadId>1</UploadId></Upload>"
                                       "</ListMultipartUploadsResult>"),
               base::Error);
}

TEST(Answer, VersionPageKeepsTheOrderOfVersionsAndDeletions) {
  const VersionPage page = parse_version_page(
      R"(<ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
      <NextKeyMarker>a%2Bb</NextKeyMarker><NextVersionIdMarker>v2</NextVersionIdMarker>
      <DeleteMarker><Key>a+b</Key><VersionId>v1</VersionId><IsLatest>true</IsLatest>
      <LastModified>2023-10-05T12:00:00.123Z</LastModified></DeleteMarker>
      <Version><Key>a%2Bb</Key><VersionId>null</VersionId><IsLatest>false</IsLatest>
      <LastModified>2023-10-05T11:00:00.123Z</LastModified>
      <ETag>"e"</ETag><Size>3</Size></Version></ListVersionsResult>)");
  ASSERT_EQ(page.versions.size(), 2U);
  EXPECT_EQ(page.versions[0].object.key, "a b");
  EXPECT_EQ(page.versions[0].id, "v1");
  EXPECT_TRUE(page.versions[0].latest);
  EXPECT_TRUE(page.versions[0].deletion);
  EXPECT_EQ(base::rfc3339(page.versions[0].object.modified), "2023-10-05T12:00:00Z");
  EXPECT_EQ(page.versions[1].object.key, "a+b");
  EXPECT_EQ(page.versions[1].object.size, 3U);
  EXPECT_EQ(page.versions[1].object.etag, "e");
  EXPECT_EQ(page.versions[1].id, "null");
  EXPECT_FALSE(page.versions[1].latest);
  EXPECT_FALSE(page.versions[1].deletion);
  EXPECT_EQ(page.next.key, "a+b");
  EXPECT_EQ(page.next.id, "v2");
  EXPECT_THROW((void)parse_version_page(
                   "<ListVersionsResult><IsTruncated>true</IsTruncated></ListVersionsResult>"),
               base::Error);
}

TEST(Answer, WhatIsNotXmlIsRefused) {
  for (const char* body : {"", "<html>", "hello", "<Error><Code>x</Code></Error>"}) {
    EXPECT_THROW((void)parse_object_page(body), base::Error) << body;
  }
}

TEST(Answer, ErrorsHideInAnAnswerOfSuccess) {
  const CompleteAnswer bad = parse_complete(
      "<?xml version=\"1.0\"?>\n\n<Error><Code>InternalError</Code><Message>m</Message></Error>");
  EXPECT_EQ(bad.error.code, "InternalError");
  const CompleteAnswer good = parse_complete(
      "<CompleteMultipartUploadResult><ETag>\"x-1\"</ETag></CompleteMultipartUploadResult>");
  EXPECT_EQ(good.error.code, "");
  EXPECT_EQ(good.etag, "x-1");
  EXPECT_THROW((void)parse_complete(""), base::Error);
}

TEST(Answer, ErrorsOfAnyShape) {
  EXPECT_EQ(parse_error("<Error><Code>NoSuchKey</Code></Error>").code, "NoSuchKey");
  EXPECT_EQ(parse_error("<ErrorResponse><Error><Code>X</Code></Error></ErrorResponse>").code, "X");
  EXPECT_EQ(parse_error("<html>502 Bad Gateway</html>").code, "");
  EXPECT_EQ(parse_error("").code, "");
}

}  // namespace
}  // namespace sluice::s3
