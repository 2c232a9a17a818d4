#include "cli/run.hpp"
using namespace sluice;
namespace {
const cli::Tool kTool{.name = "zpipe",
                      .purpose = "Compress or decompress a stream on all cores",
                      .usage = {"[OPTION]... [FILE]"},
                      .options = {{'d', "decompress", nullptr, "decompress"}},
                      .most_operands = 1,
                      .kind = cli::Kind::filter};
base::Exit body(const cli::Context&) { return base::Exit::ok; }
}  // namespace
int main(int argc, char** argv) { return cli::run(argc, argv, kTool, body); }
