#include "crypt/secret.hpp"

#include <sodium.h>
#include <sys/prctl.h>

#include <cassert>
#include <cstring>
#include <new>
#include <utility>

#include "io/fd.hpp"

namespace sluice::crypt {

namespace {

std::uint8_t* allocate(std::size_t size) {
  static const bool kReady = sodium_init() >= 0;
  void* const data = kReady ? sodium_malloc(size) : nullptr;
  if (data == nullptr) throw std::bad_alloc();
  return static_cast<std::uint8_t*>(data);
}

}  // namespace

void Secret::Release::operator()(std::uint8_t* data) const { sodium_free(data); }

Secret::Secret(std::size_t size) : data_(allocate(size)), size_(size) {
  std::memset(data_.get(), 0, size);
}

Secret::Secret(base::Bytes original) : data_(allocate(original.size())), size_(original.size()) {
  if (!original.empty()) std::memcpy(data_.get(), original.data(), size_);
}

void Secret::shrink(std::size_t size) {
  assert(size <= size_);
  wipe(space().subspan(size));
  size_ = size;
}

void wipe(base::MutableBytes bytes) { sodium_memzero(bytes.data(), bytes.size()); }

void forbid_core_dumps() { ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

Secret read_secret(int fd, const std::string& name, std::size_t limit) {
  Secret secret(std::size_t{4096});
  std::size_t size = 0;
  while (const std::size_t count = io::read_some(fd, secret.space().subspan(size), name)) {
    size += count;
    if (size > limit) throw base::Error(base::Exit::config, name + ": too long for a secret");
    if (size == secret.size()) {
      Secret larger(2 * size);
      std::memcpy(larger.space().data(), secret.bytes().data(), size);
      secret = std::move(larger);
    }
  }
  secret.shrink(size);
  return secret;
}

}  // namespace sluice::crypt
