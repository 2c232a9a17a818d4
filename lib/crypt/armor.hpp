#pragma once
// ASCII armor: strict PEM (RFC 7468 §3) around an age file, 64 columns a line.

#include <array>
#include <memory>
#include <string>

#include "crypt/source.hpp"
#include "stream/sink.hpp"

namespace sluice::crypt {

/// True when a file that begins with `head` is meant to be armored: "-----" after white space.
[[nodiscard]] bool looks_armored(base::Bytes head);

/// Takes the armor off. Accepts LF and CRLF, and white space around the armor.
class ArmorSource : public Source {
 public:
  explicit ArmorSource(std::unique_ptr<PlainSource> text);

  [[nodiscard]] base::Bytes peek() override;
  void skip(std::size_t count) override;
  [[nodiscard]] bool armored() const override { return true; }

 private:
  [[nodiscard]] std::string line();
  void decode_line();
  void read_trailing_space();
  [[noreturn]] void damaged(const std::string& reason) const;

  std::unique_ptr<PlainSource> text_;
  std::uint64_t line_at_ = 0;
  base::Buffer decoded_;
  std::size_t taken_ = 0;
  bool last_line_ = false;
  bool ended_ = false;
};

/// Puts armor on and hands it to `out`. finish() writes the last lines, and finishes `out`.
class ArmorSink : public stream::Sink {
 public:
  explicit ArmorSink(stream::Sink& out);

  void write(base::Bytes bytes) override;
  void finish() override;

 private:
  stream::Sink& out_;
  base::Buffer line_;
};

}  // namespace sluice::crypt
