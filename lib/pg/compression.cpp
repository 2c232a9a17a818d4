#include "pg/compression.hpp"

#include "base/text.hpp"
#include "zip/zlib_stream.hpp"

namespace sluice::pg {

using base::Error;
using base::Exit;

namespace {

constexpr int kKnowsMethods = 16;  // the first major of pg_dump whose -Z takes a method's name

constexpr bool is_level(std::int64_t number) {
  return number >= zip::kLeastZlibLevel && number <= zip::kMostZlibLevel;
}

std::optional<Compression> gzip(const std::string& text, const std::string& detail) {
  if (detail.empty()) return Compression{Method::gzip, zip::kZlibLevel, text};
  const auto number = base::parse_integer(detail);
  if (!number) return Compression{Method::gzip, std::nullopt, text};
  if (!is_level(*number)) return std::nullopt;
  return Compression{Method::gzip, static_cast<int>(*number), text};
}

}  // namespace

std::string name_of(Method method) {
  switch (method) {
    case Method::none: return "none";
    case Method::gzip: return "gzip";
    case Method::lz4: return "lz4";
    case Method::zstd: return "zstd";
  }
  return {};
}

std::optional<Compression> parse_compression(const std::string& text) {
  if (text == "none" || text == "0") return Compression{};
  const std::size_t colon = text.find(':');
  const std::string method = text.substr(0, colon);
  const std::string detail = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (colon != std::string::npos && detail.empty()) return std::nullopt;
  if (method == "gzip") return gzip(text, detail);
  if (method == "lz4") return Compression{Method::lz4, std::nullopt, text};
  if (method == "zstd") return Compression{Method::zstd, std::nullopt, text};
  return base::parse_number(text) ? gzip(text, text) : std::nullopt;
}

std::string option_for(const Compression& compression, const Client& pg_dump) {
  if (compression.level) return "-Z" + std::to_string(*compression.level);
  if (pg_dump.major() >= kKnowsMethods) return "-Z" + compression.spelled;
  throw Error(Exit::unavailable,
              "-Z " + compression.spelled + ": needs pg_dump 16 or later, " + pg_dump.path +
                  " is " + std::to_string(pg_dump.major()),
              "-Z gzip:LEVEL is what all of them know; zpipe -F zstd compresses any stream");
}

}  // namespace sluice::pg
