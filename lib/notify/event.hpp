#pragma once
// What is told about the end of a run, and the words in which each receiver wants it. Pure.

#include <chrono>
#include <string>

#include "base/time.hpp"

namespace sluice::notify {

struct Event {
  std::string name = {};
  std::string host = {};
  base::Time start{};
  std::chrono::seconds duration{};
  bool success = false;
  int exit = 0;
  std::string reason = {};  ///< of a failure: "exit status 3", "timed out after 2h"
  std::string log = {};     ///< the last lines of the command's stderr

  [[nodiscard]] base::Time end() const { return start + duration; }
};

/// `url` with `word` ("start", "fail") after its path, before its query: the form of
/// healthchecks.io, which others have taken over.
[[nodiscard]] std::string ping_url(const std::string& url, const std::string& word);

/// The reason and the log, as plain text.
[[nodiscard]] std::string ping_body(const Event& event);

/// {"name","status","timestamp","duration","exit","host","reason","log","text"}; status is
/// "success" or "failed", text is one sentence for chat rooms.
[[nodiscard]] std::string webhook_json(const Event& event);

/// Who gets mail and what it begins with. Each is one line without control characters.
struct Letter {
  std::string from;
  std::string to;
  std::string subject;
  std::string text;  ///< the first line; "": "Backup failed at " and the date
};

/// RFC 5322, lines end in LF.
[[nodiscard]] std::string mail_text(const Letter& letter, const Event& event);

}  // namespace sluice::notify
