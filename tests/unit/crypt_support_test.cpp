#include <sys/mman.h>
#include <unistd.h>

#include "base/error.hpp"
#include "crypt_support.hpp"

namespace sluice::crypt {

stream::Input input_of(std::string_view bytes) {
  io::Fd fd(::memfd_create("input", MFD_CLOEXEC));
  io::write_all(fd.get(), base::as_bytes(bytes), "input");
  ::lseek(fd.get(), 0, SEEK_SET);
  return {std::move(fd), "input"};
}

Outcome try_decrypt(std::string_view file, Keys keys, unsigned threads) {
  Collect out;
  try {
    stream::Input in = input_of(file);
    decrypt(in, out, std::move(keys), threads);
    return {out.data, {}, 0};
  } catch (const base::Error& error) {
    return {out.data, error.what(), static_cast<int>(error.status())};
  }
}

std::string encrypted(std::string_view plain, Recipients recipients, unsigned threads) {
  Collect out;
  stream::Input in = input_of(plain);
  encrypt(in, out, std::move(recipients), threads);
  return out.data;
}

Keys keys_of(std::string_view identity) {
  Keys keys;
  keys.identities.push_back(parse_identity(identity));
  return keys;
}

Recipients recipients_of(std::string_view identity) {
  Recipients recipients;
  recipients.add(parse_identity(identity)->recipient());
  return recipients;
}

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
  return bytes;
}

}  // namespace sluice::crypt
