#include "notify/event.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace sluice::notify {
namespace {

Event failed() {
  return {.name = "appdb",
          .host = "db1",
          .start = *base::parse_time("2025-12-18T01:00:00Z"),
          .duration = std::chrono::seconds(904),
          .exit = 65,
          .reason = "exit status 65",
          .log = "s3put: error: \"cut\"\n"};
}

TEST(Event, PingUrls) {
  EXPECT_EQ(ping_url("https://hc-ping.com/uuid", "start"), "https://hc-ping.com/uuid/start");
  EXPECT_EQ(ping_url("https://hc-ping.com/uuid/", "fail"), "https://hc-ping.com/uuid/fail");
  EXPECT_EQ(ping_url("https://h/uuid?create=1", "fail"), "https://h/uuid/fail?create=1");
}

TEST(Event, PingBody) {
  EXPECT_EQ(ping_body(failed()), "exit status 65\ns3put: error: \"cut\"\n");
  EXPECT_EQ(ping_body({.success = true, .log = "done\n"}), "done\n");
}

TEST(Event, WebhookJson) {
  const auto json = nlohmann::json::parse(webhook_json(failed()));
  EXPECT_EQ(json["name"], "appdb");
  EXPECT_EQ(json["status"], "failed");
  EXPECT_EQ(json["timestamp"], "2025-12-18T01:15:04Z");
  EXPECT_EQ(json["duration"], 904);
  EXPECT_EQ(json["exit"], 65);
  EXPECT_EQ(json["log"], "s3put: error: \"cut\"\n");
  EXPECT_EQ(json["text"], "appdb on db1: backup failed: exit status 65, after 15m");
  EXPECT_EQ(nlohmann::json::parse(webhook_json({.success = true}))["status"], "success");
}

TEST(Event, Mail) {
  const Letter letter{"sentinel@db1", "admin@example.com", "Backup Failure Alert", ""};
  const std::string text = mail_text(letter, failed());
  EXPECT_TRUE(
      text.starts_with("From: sentinel@db1\nTo: admin@example.com\n"
                       "Subject: Backup Failure Alert\n"
                       "Date: Thu, 18 Dec 2025 01:15:04 +0000\n"))
      << text;
  EXPECT_NE(text.find("\n\nBackup failed at Thu, 18 Dec 2025 01:15:04 +0000\n"), std::string::npos);
  EXPECT_NE(text.find("s3put: error: \"cut\"\n"), std::string::npos);
}

TEST(Event, TheLogOfAMailHasLinesThatServersTake) {
  Event event = failed();
  event.log = std::string("50%\r\x01 done\n.\n") + std::string(899, 'x') + "\xc3\xa4" +
              std::string(2000, 'y');
  const std::string text = mail_text({"a@b", "c@d", "x", ""}, event);
  EXPECT_NE(text.find("\n50%\\x0d\\x01 done\n.\nxxx"), std::string::npos) << text;
  EXPECT_NE(text.find("x\xc3\xa4\nyyy"), std::string::npos) << text;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LT(end - begin, 998U);
    begin = end + 1;
  }
}

TEST(Event, ASubjectThatIsNotAsciiIsEncoded) {
  const Letter letter{"a@b", "c@d", "Größe = 0?", "x"};
  EXPECT_NE(mail_text(letter, failed()).find("\nSubject: =?UTF-8?Q?Gr=C3=B6=C3=9Fe_=3D_0=3F?=\n"),
            std::string::npos)
      << mail_text(letter, failed());
}

}  // namespace
}  // namespace sluice::notify
