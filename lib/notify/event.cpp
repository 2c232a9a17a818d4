#include "notify/event.hpp"

#include <cctype>

#include "base/text.hpp"

namespace sluice::notify {

namespace {

constexpr std::size_t kEncodedWord = 60;  // of 75 that RFC 2047 §2 allows, less its frame

constexpr std::size_t kMailLine = 900;

constexpr std::string_view kHex = "0123456789ABCDEF";

bool plain(unsigned char byte) { return byte >= 0x20 && byte < 0x7f; }

// A header's text: as it is, or in encoded words (RFC 2047 §4.2) that are never cut within a
// character.
std::string header_text(const std::string& text) {
  bool all_plain = true;
  for (const char each : text) all_plain = all_plain && plain(static_cast<unsigned char>(each));
  if (all_plain) return text;
  std::string encoded = "=?UTF-8?Q?";
  std::size_t length = 0;
  for (const char each : text) {
    const auto byte = static_cast<unsigned char>(each);
    const bool first_of_character = (byte & 0xc0U) != 0x80;
    if (length >= kEncodedWord - 12 && first_of_character) {
      encoded += "?=\n =?UTF-8?Q?";
      length = 0;
    }
    const std::string piece = std::isalnum(byte) != 0 ? std::string(1, each)
                              : byte == ' '           ? "_"
                                            : std::string{'=', kHex[byte >> 4U], kHex[byte & 15U]};
    encoded += piece;
    length += piece.size();
  }
  return encoded + "?=";
}

// Lines that a mail server takes (RFC 5322 §2.1.1: 998 bytes): no control characters, and the long
// ones in pieces that are never cut within a character.
std::string mail_lines(const std::string& log) {
  std::string lines;
  for (const std::string& line : base::split(log, '\n')) {
    std::size_t length = 0;
    for (const char each : base::printable(base::trim(line))) {
      const bool first_of_character = (static_cast<unsigned char>(each) & 0xc0U) != 0x80;
      if (length >= kMailLine && first_of_character) {
        lines += '\n';
        length = 0;
      }
      lines += each;
      ++length;
    }
    lines += '\n';
  }
  return lines;
}

std::string seconds_of(const Event& event) { return std::to_string(event.duration.count()); }

std::string sentence(const Event& event) {
  return event.name + " on " + event.host +
         (event.success ? ": backup succeeded" : ": backup failed: " + event.reason) + ", after " +
         base::human_duration(event.duration);
}

}  // namespace

std::string ping_url(const std::string& url, const std::string& word) {
  const std::size_t end = std::min(url.find_first_of("?#"), url.size());
  std::string path = url.substr(0, end);
  if (path.ends_with('/')) path.pop_back();
  return path + "/" + word + url.substr(end);
}

std::string ping_body(const Event& event) {
  std::string text = event.reason.empty() ? "" : event.reason + "\n";
  return text + event.log;
}

std::string webhook_json(const Event& event) {
  return "{\"name\":" + base::json_quote(event.name) + ",\"status\":\"" +
         (event.success ? "success" : "failed") + "\",\"timestamp\":\"" +
         base::rfc3339(event.end()) + "\",\"duration\":" + seconds_of(event) +
         ",\"exit\":" + std::to_string(event.exit) + ",\"host\":" + base::json_quote(event.host) +
         ",\"reason\":" + base::json_quote(event.reason) +
         ",\"log\":" + base::json_quote(event.log) +
         ",\"text\":" + base::json_quote(sentence(event)) + "}";
}

std::string mail_text(const Letter& letter, const Event& event) {
  const std::string date = base::format_utc(event.end(), "%a, %d %b %Y %H:%M:%S +0000");
  return "From: " + letter.from + "\nTo: " + letter.to +
         "\nSubject: " + header_text(letter.subject) + "\nDate: " + date +
         "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
         "Content-Transfer-Encoding: 8bit\nAuto-Submitted: auto-generated\n\n" +
         (letter.text.empty() ? "Backup failed at " + date : letter.text) +
         "\n\nName:      " + base::printable(event.name) + "\nHost:      " + event.host +
         "\nStarted:   " + base::rfc3339(event.start) +
         "\nEnded:     " + base::rfc3339(event.end()) +
         "\nReason:    " + base::printable(event.reason) + "\n\nThe last lines of its log:\n\n" +
         mail_lines(event.log);
}

}  // namespace sluice::notify
