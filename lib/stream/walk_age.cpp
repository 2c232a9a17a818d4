#include <algorithm>

#include "stream/end_mark.hpp"

namespace sluice::stream {

using base::Bytes;

namespace {

constexpr std::uint64_t kNonce = 16;
constexpr std::uint64_t kTag = 16;
constexpr std::uint64_t kChunk = (64 << 10) + kTag;

class AgeWalker : public Walker {
 public:
  // The header ends with the line that begins "---"; what follows it is only counted.
  void feed(Bytes bytes) override {
    for (; !bytes.empty() && !in_payload_; bytes = bytes.subspan(1)) {
      const char c = static_cast<char>(bytes.front());
      if (c != '\n') {
        if (line_.size() < 3) line_ += c;
      } else {
        in_payload_ = line_ == "---";
        line_.clear();
      }
    }
    payload_ += bytes.size();
  }

  [[nodiscard]] Judgement judge() const override {
    const std::string format = "age file";
    if (!in_payload_ || payload_ < kNonce) return {Mark::cut, format, "the header is cut"};
    const std::uint64_t length = payload_ - kNonce;
    const std::uint64_t last = length % kChunk;
    const bool possible = length > 0 && (last == 0 || last > kTag || length == kTag);
    if (!possible) return {Mark::cut, format, "the payload is cut"};
    return {Mark::unknown, format, "age has no end mark that shows without the key"};
  }

 private:
  std::string line_;
  bool in_payload_ = false;
  std::uint64_t payload_ = 0;
};

}  // namespace

std::unique_ptr<Walker> walk_age() { return std::make_unique<AgeWalker>(); }

}  // namespace sluice::stream
