// zpipe: compress or decompress a stream on all cores.

#include <unistd.h>

#include <optional>
#include <string>

#include "cli/run.hpp"
#include "io/cpus.hpp"
#include "stream/fd_sink.hpp"
#include "zip/compress.hpp"
#include "zip/decompress.hpp"

namespace {

using namespace sluice;

const cli::Tool kTool{
    .name = "zpipe",
    .purpose = "Compress or decompress a stream on all cores",
    .usage = {"[-c] [-1...-9 | --level N] [-F gzip|zstd] [-p N] [FILE]", "-d|-t [-p N] [FILE]"},
    .options =
        {
            {'c', "stdout", nullptr, "write to standard output (always so)"},
            {'d', "decompress", nullptr, "decompress gzip, BGZF or zstd"},
            {'t', "test", nullptr, "decompress and check, write nothing"},
            {'1', "", nullptr, "level 1, the fastest"},
            {'2', "", nullptr, "level 2"},
            {'3', "", nullptr, "level 3"},
            {'4', "", nullptr, "level 4"},
            {'5', "", nullptr, "level 5"},
            {'6', "", nullptr, "level 6"},
            {'7', "", nullptr, "level 7"},
            {'8', "", nullptr, "level 8"},
            {'9', "", nullptr, "level 9"},
            {0, "level", "N", "gzip 1 to 12 (default 5), zstd -99 to 19 (default 1)"},
            {'F', "format", "FORMAT", "gzip or zstd (default gzip)"},
            {'p', "threads", "N", "threads (default: the CPUs this process may use)"},
            {0, "flush-after", "MS", "write a block when the input pauses for MS milliseconds"},
        },
    .most_operands = 1,
    .kind = cli::Kind::filter,
    .refused = {{'k', "zpipe never removes a file: leave -k out"},
                {'f', "zpipe never asks and never overwrites: leave -f out"},
                {'n', "zpipe stores no name and no time: leave -n out"}},
};

enum class Mode { compress, decompress, test };

struct Settings {
  Mode mode = Mode::compress;
  std::string file;
  stream::EofPolicy eof;
  zip::CompressOptions compress;
};

// -1…-9 and --level are one setting.
std::optional<int> level_given(const cli::Args& args) {
  std::optional<int> level;
  const auto set = [&](int value) {
    if (level) throw cli::usage_error("more than one compression level");
    level = value;
  };
  for (char digit = '1'; digit <= '9'; ++digit) {
    if (args.has(std::string(1, digit))) set(digit - '0');
  }
  if (args.has("level")) set(static_cast<int>(args.number("level", 0, -99, 19)));
  return level;
}

zip::CompressOptions compress_options(const cli::Args& args) {
  zip::CompressOptions options;
  const std::string format = args.value("format").value_or("gzip");
  if (format != "gzip" && format != "zstd") {
    throw cli::usage_error("--format: neither gzip nor zstd: " + format);
  }
  options.format = format == "gzip" ? zip::Format::gzip : zip::Format::zstd;
  const zip::Levels levels = zip::levels_of(options.format);
  options.level = level_given(args).value_or(levels.fallback);
  if (options.level < levels.least || options.level > levels.most || options.level == 0) {
    throw cli::usage_error("level " + std::to_string(options.level) + ": " + format + " has " +
                           std::to_string(levels.least) + " to " + std::to_string(levels.most));
  }
  options.threads = static_cast<unsigned>(args.number("threads", io::available_cpus(), 1, 256));
  if (args.has("flush-after")) {
    options.flush_after_ms = static_cast<int>(args.number("flush-after", 0, 1, 3600000));
  }
  return options;
}

Settings settings_from(const cli::Args& args) {
  Settings settings;
  if (args.has("decompress") && args.has("test")) {
    throw cli::usage_error("--decompress and --test contradict each other");
  }
  settings.mode = args.has("decompress") ? Mode::decompress
                  : args.has("test")     ? Mode::test
                                         : Mode::compress;
  if (!args.operands().empty()) settings.file = args.operands().front();
  settings.eof = {args.has("trust-eof"), args.has("allow-empty")};
  settings.compress = compress_options(args);
  if (settings.mode != Mode::compress && (level_given(args) || args.has("format"))) {
    throw cli::usage_error("a level or format is for compression only");
  }
  return settings;
}

// Drops what is decompressed only to be checked.
class Discard : public stream::Sink {
 public:
  void write(base::Bytes bytes) override { count += bytes.size(); }
  void finish() override {}
  std::uint64_t count = 0;
};

base::Exit body(const cli::Context& context) {
  const Settings settings = settings_from(context.args());
  if (settings.mode == Mode::compress) cli::refuse_terminal("compressed data");
  stream::Input in = stream::Input::open(settings.file, settings.eof);
  const cli::Progress progress = context.show_progress(in.count(), in.size_if_known());
  if (settings.mode == Mode::test) {
    Discard nowhere;
    zip::decompress(in, nowhere, settings.compress.threads);
    context.summary(in.count(), nowhere.count);
    return base::Exit::ok;
  }
  stream::FdSink out(STDOUT_FILENO, "standard output");
  if (settings.mode == Mode::decompress) {
    zip::decompress(in, out, settings.compress.threads);
  } else {
    zip::compress(in, out, settings.compress);
    if (const char* format = zip::compressed_format(in.head())) {
      context.log().warning(in.name() + ": already " + format + ", compressed once more");
    }
  }
  out.finish();
  context.summary(in.count(), out.count());
  return base::Exit::ok;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(argc, argv, kTool, body); }
