#pragma once
// For the tests of crypt: bytes as an Input, a Sink that keeps what it gets.

#include <string>
#include <vector>

#include "crypt/age.hpp"

namespace sluice::crypt {

/// Keeps what is written.
class Collect : public stream::Sink {
 public:
  void write(base::Bytes bytes) override { data += base::as_text(bytes); }
  void finish() override {}
  std::string data;
};

/// A file in memory with these bytes, read from its start; named "input".
[[nodiscard]] stream::Input input_of(std::string_view bytes);

/// What was written, and the message of the error, "" if there was none.
struct Outcome {
  std::string data;
  std::string error;
  int status = 0;
};
[[nodiscard]] Outcome try_decrypt(std::string_view file, Keys keys, unsigned threads = 2);

[[nodiscard]] std::string encrypted(std::string_view plain, Recipients recipients,
                                    unsigned threads = 2);

[[nodiscard]] Keys keys_of(std::string_view identity);
[[nodiscard]] Recipients recipients_of(std::string_view identity);

/// A key pair that is the same in every run.
inline constexpr char kTestIdentity[] =
    "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

/// Bytes that differ from place to place.
[[nodiscard]] std::string pattern(std::size_t size);

}  // namespace sluice::crypt
