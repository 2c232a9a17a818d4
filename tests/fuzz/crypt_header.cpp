// Fuzzes what reads an age file before a key is known: armor, header, stanzas, sizes. Whatever the
// bytes are, an answer or base::Error, nothing else.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "base/error.hpp"
#include "crypt/age.hpp"

namespace {

using namespace sluice;

class Discard : public stream::Sink {
 public:
  void write(base::Bytes) override {}
  void finish() override {}
};

stream::Input input_of(base::Bytes bytes) {
  io::Fd fd(::memfd_create("fuzz", MFD_CLOEXEC));
  io::write_all(fd.get(), bytes, "fuzz");
  ::lseek(fd.get(), 0, SEEK_SET);
  return {std::move(fd), "fuzz"};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    stream::Input in = input_of({data, size});
    (void)crypt::inspect(in);
  } catch (const base::Error&) {
  }
  try {
    crypt::Keys keys;
    keys.identities.push_back(crypt::parse_identity(
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"));
    stream::Input in = input_of({data, size});
    Discard out;
    crypt::decrypt(in, out, std::move(keys), 1);
  } catch (const base::Error&) {
  }
  return 0;
}
