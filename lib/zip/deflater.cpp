#include "zip/deflater.hpp"

#include <isa-l/igzip_lib.h>
#include <zlib.h>

#include <new>
#include <vector>

namespace sluice::zip {

using base::Bytes;
using base::MutableBytes;

namespace {

// Both libraries take input that they never write to through pointers that are not const.
template <class Stream>
void point(Stream& stream, Bytes from, MutableBytes into) {
  stream.next_in = const_cast<std::uint8_t*>(from.data());
  stream.avail_in = static_cast<std::uint32_t>(from.size());
  stream.next_out = into.data();
  stream.avail_out = static_cast<std::uint32_t>(into.size());
}

class ZlibDeflater : public Deflater {
 public:
  explicit ZlibDeflater(int level) {
    constexpr int kRawWithLargestWindow = -15;
    if (deflateInit2(&stream_, level, Z_DEFLATED, kRawWithLargestWindow, MAX_MEM_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~ZlibDeflater() override { deflateEnd(&stream_); }

  std::size_t deflate(Bytes& from, More more, MutableBytes into) override {
    point(stream_, from, into);
    ::deflate(&stream_, more == More::follows ? Z_NO_FLUSH : Z_SYNC_FLUSH);
    from = from.last(stream_.avail_in);
    return into.size() - stream_.avail_out;
  }
  void reset() override { deflateReset(&stream_); }

 private:
  z_stream stream_{};
};

class IsalDeflater : public Deflater {
 public:
  IsalDeflater() : work_(ISAL_DEF_LVL1_DEFAULT) {
    isal_deflate_init(&stream_);
    stream_.level = 1;
    stream_.level_buf = work_.data();
    stream_.level_buf_size = static_cast<std::uint32_t>(work_.size());
  }

  std::size_t deflate(Bytes& from, More more, MutableBytes into) override {
    point(stream_, from, into);
    stream_.flush = more == More::follows ? NO_FLUSH : SYNC_FLUSH;
    isal_deflate(&stream_);
    from = from.last(stream_.avail_in);
    return into.size() - stream_.avail_out;
  }
  void reset() override { isal_deflate_reset(&stream_); }

 private:
  std::vector<std::uint8_t> work_;
  isal_zstream stream_{};
};

}  // namespace

std::unique_ptr<Deflater> make_deflater(int level) {
  if (level == 1) return std::make_unique<IsalDeflater>();
  return std::make_unique<ZlibDeflater>(level);
}

}  // namespace sluice::zip
