// Fuzzes the payload: the bytes say how long a plain text is and how its encrypted form is cut,
// changed and put together anew. What is released is always a beginning of the plain text, and
// all of it with success only if nothing was changed.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/error.hpp"
#include "crypt/payload.hpp"
#include "crypt/primitives.hpp"

namespace {

using namespace sluice;

class Collect : public stream::Sink {
 public:
  void write(base::Bytes bytes) override { data += base::as_text(bytes); }
  void finish() override {}
  std::string data;
};

stream::Input input_of(std::string_view bytes) {
  io::Fd fd(::memfd_create("fuzz", MFD_CLOEXEC));
  io::write_all(fd.get(), base::as_bytes(bytes), "fuzz");
  ::lseek(fd.get(), 0, SEEK_SET);
  return {std::move(fd), "fuzz"};
}

// Hands out the fuzzer's bytes as numbers; zeros when there are no more.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
  std::uint32_t number() {
    std::uint32_t value = 0;
    const std::size_t count = left_ < sizeof value ? left_ : sizeof value;
    std::memcpy(&value, data_, count);
    data_ += count;
    left_ -= count;
    return value;
  }
  [[nodiscard]] bool at_end() const { return left_ == 0; }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

void mutate(std::string& payload, Script& script) {
  const std::uint32_t what = script.number();
  const std::size_t at = payload.empty() ? 0 : script.number() % payload.size();
  const std::size_t chunk = at / crypt::kSealedChunkSize * crypt::kSealedChunkSize;
  switch (what % 6) {
    case 0: payload.resize(at); break;
    case 1: payload.resize(chunk); break;
    case 2:
      if (!payload.empty()) payload[at] = static_cast<char>(payload[at] ^ (what >> 8 | 1));
      break;
    case 3: payload.erase(chunk, crypt::kSealedChunkSize); break;
    case 4: payload.insert(chunk, payload.substr(chunk, crypt::kSealedChunkSize)); break;
    default: payload += std::string(what >> 8 & 0x1ffff, 'x'); break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const crypt::Secret kKey(std::size_t{crypt::kKeySize});
  Script script(data, size);
  const std::uint32_t seed = script.number();
  // Seldom more than a batch: it is slow.
  const std::uint32_t length =
      (seed >> 4) % ((seed & 15) == 0 ? 18 * crypt::kChunkSize : 2 * crypt::kChunkSize + 100);
  const std::string plain(length, static_cast<char>(length));
  Collect sealed;
  stream::Input in = input_of(plain);
  crypt::seal_payload(in, sealed, kKey, 1);
  std::string changed = sealed.data;
  while (!script.at_end()) mutate(changed, script);

  Collect opened;
  bool success = false;
  try {
    stream::Input input = input_of(changed);
    if (changed.empty()) return 0;
    const auto source = crypt::open_source(input);
    if (source->armored()) return 0;
    crypt::open_payload(*source, opened, kKey, 1 + length % 3);
    success = true;
  } catch (const base::Error&) {
  }
  if (!plain.starts_with(opened.data)) std::abort();
  if (success != (changed == sealed.data) || (success && opened.data != plain)) std::abort();
  return 0;
}
