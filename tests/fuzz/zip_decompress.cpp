// Fuzzes every decoder of zpipe: whatever the bytes are, an answer or base::Error, nothing else.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "base/error.hpp"
#include "zip/decompress.hpp"

namespace {

class Discard : public sluice::stream::Sink {
 public:
  // Small inputs can become very large; the first 64 MiB say enough.
  void write(sluice::base::Bytes bytes) override {
    count_ += bytes.size();
    if (count_ > (64U << 20)) throw sluice::base::Error(sluice::base::Exit::data, "enough");
  }
  void finish() override {}

 private:
  std::size_t count_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sluice::io::Fd fd(::memfd_create("fuzz", MFD_CLOEXEC));
  if (::write(fd.get(), data, size) != static_cast<ssize_t>(size)) return 0;
  ::lseek(fd.get(), 0, SEEK_SET);
  try {
    sluice::stream::Input in(std::move(fd), "fuzz");
    Discard out;
    sluice::zip::decompress(in, out, 1);
  } catch (const sluice::base::Error&) {
  }
  return 0;
}
