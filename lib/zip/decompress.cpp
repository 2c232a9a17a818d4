#include "zip/decompress.hpp"

#include <array>
#include <string>

#include "base/error.hpp"
#include "stream/marks.hpp"
#include "zip/decoders.hpp"

namespace sluice::zip {

namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

bool is_skippable(std::string_view head) {
  return head.size() >= 4 && (head[0] & 0xf0) == 0x50 && head.substr(1, 3) == "\x2a\x4d\x18";
}

}  // namespace

const char* compressed_format(base::Bytes head) {
  struct Known {
    std::string_view magic;
    const char* name;
  };
  static constexpr std::array kKnown{
      Known{kGzipMagic, "gzip"},
      Known{kZstdMagic, "zstd"},
      Known{"\xfd"
            "7zXZ",
            "xz"},
      Known{"BZh", "bzip2"},
      Known{"age-encryption.org/", "encrypted with age"},
      Known{"-----BEGIN AGE", "encrypted with age"},
  };
  const std::string_view text = base::as_text(head);
  for (const Known& known : kKnown) {
    if (text.starts_with(known.magic)) return known.name;
  }
  return is_skippable(text) ? "zstd" : nullptr;
}

void decompress(stream::Input& in, stream::Sink& out, unsigned threads) {
  ChunkReader reader(in);
  if (!reader.require(4)) {
    if (reader.view().empty()) return in.require_whole();
    throw base::Error(base::Exit::data, in.name() + ": too short to be gzip or zstd");
  }
  const std::string_view head = base::as_text(reader.view());
  if (head.starts_with(kGzipMagic)) return in.require_whole(decode_gzip(reader, out, threads));
  if (head.starts_with(kZstdMagic) || is_skippable(head)) {
    return in.require_whole(decode_zstd(reader, out, threads));
  }
  throw base::Error(base::Exit::data, in.name() + ": neither gzip nor zstd",
                    "zpipe -d reads what zpipe, gzip, bgzip, pigz and zstd write");
}

BlockWriter::BlockWriter(stream::Sink& out)
    : map_(
          1, 8 * kBlock, [] { return [](base::Buffer&& block) { return std::move(block); }; },
          [&out](base::Buffer&& block) { out.write(block.bytes()); }) {}

void BlockWriter::write(base::Buffer&& block) {
  if (!block.empty()) map_.push(std::move(block), kBlock);
}

}  // namespace sluice::zip
