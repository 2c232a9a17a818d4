#include "zip/inflater.hpp"

#include <zlib.h>

#include <new>

namespace sluice::zip {

namespace {

constexpr int kLargestWindow = 15;
constexpr int kGzip = 16;  // zlib's way to ask for it

}  // namespace

Inflater::Inflater(Wrapping wrapping) : stream_(std::make_unique<z_stream>()) {
  const int format = wrapping == Wrapping::gzip ? kGzip : 0;
  if (inflateInit2(stream_.get(), kLargestWindow + format) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() { inflateEnd(stream_.get()); }

std::optional<std::size_t> Inflater::read(base::Bytes& from, base::MutableBytes into) {
  if (ended_) return 0;
  // zlib never writes through next_in, but its type is not const.
  stream_->next_in = const_cast<Bytef*>(from.data());
  stream_->avail_in = static_cast<uInt>(from.size());
  stream_->next_out = into.data();
  stream_->avail_out = static_cast<uInt>(into.size());
  const int result = inflate(stream_.get(), Z_NO_FLUSH);
  from = from.last(stream_->avail_in);
  if (result == Z_MEM_ERROR) throw std::bad_alloc();
  if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return std::nullopt;
  ended_ = result == Z_STREAM_END;
  return into.size() - stream_->avail_out;
}

std::string Inflater::reason() const {
  return stream_->msg != nullptr ? stream_->msg : "bad compressed data";
}

void Inflater::reset() {
  inflateReset(stream_.get());
  ended_ = false;
}

}  // namespace sluice::zip
