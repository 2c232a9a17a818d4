#pragma once
// A client program that we feed: what it reads, the last bytes of which we hold back until the
// whole stream has been judged, and what its end means.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "io/child.hpp"

namespace sluice::pg {

/// May the program end well before its input does?
enum class EarlyEnd { refused, allowed };

/// Runs a program on a stream. Unless finish() is called it is killed before its stdin closes: it
/// never sees an end of file that nobody vouched for. The main thread's (the program dies with it).
class Feed {
 public:
  /// Makes an error of what the program wrote to stderr and how it ended.
  using Explain = std::function<base::Error(const std::string& text, const io::ChildStatus&)>;

  /// The program never gets the last `hold_back` bytes before release().
  Feed(const std::vector<std::string>& argv, const std::map<std::string, std::string>& environment,
       std::size_t hold_back, EarlyEnd early_end, Explain explain);

  /// Throws: what `explain` makes of it, when the program has ended.
  void write(base::Bytes bytes);
  /// The bytes held back, for whoever has to change the end before it is released.
  [[nodiscard]] std::vector<std::uint8_t>& held() { return held_; }
  /// Lets go of what was held back, closes the program's stdin and waits for its end.
  /// Throws: what `explain` makes of a failure.
  void finish();
  /// What the program wrote to stderr; after finish().
  [[nodiscard]] const std::string& error_text() { return child_.error_text(); }

 private:
  void pass(base::Bytes bytes);
  [[noreturn]] void fail();

  io::Child child_;
  std::size_t hold_back_;
  EarlyEnd early_end_;
  Explain explain_;
  std::vector<std::uint8_t> held_;
};

}  // namespace sluice::pg
