#include "postgres_progress.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.hpp"

namespace sluice {

namespace {

using Facts = std::vector<cli::Fact>;

// "12 of 34 tables", as far as they are known.
std::string tables_text(const pg::Tally& tally) {
  if (tally.tables == 0) return {};
  const std::string done = std::to_string(tally.tables_done);
  const std::string all = std::to_string(tally.tables);
  return (done == all ? "" : done + " of ") + all + (tally.tables == 1 ? " table" : " tables");
}

Facts counted(const pg::Tally& tally) {
  Facts facts;
  const auto add = [&](const char* name, std::uint64_t value) {
    facts.push_back({name, static_cast<double>(value)});
  };
  if (tally.tables > 0) add("tables", tally.tables);
  if (tally.tables > 0) add("tables_done", tally.tables_done);
  if (tally.rows > 0) add("rows", tally.rows);
  return facts;
}

std::string seconds_text(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", seconds);
  return text.data();
}

}  // namespace

cli::Standing standing_of(const pg::Tally& tally, std::uint64_t bytes, double share) {
  const char* const phase = tally.phase();
  std::vector<std::string> what;
  if (phase != nullptr) what.emplace_back(phase);
  if (tally.tables > 0) what.push_back(tables_text(tally));
  return {bytes, share, base::join(what, ", "), counted(tally)};
}

void summarize(const cli::Context& context, pg::Tally& tally, std::uint64_t bytes) {
  tally.end();
  const double seconds = context.seconds();
  std::vector<std::string> parts{base::human_size(bytes)};
  if (tally.tables > 0) parts.push_back(tables_text(tally));
  if (tally.rows > 0) parts.push_back(std::to_string(tally.rows) + " rows");
  parts.push_back(seconds_text(seconds));
  Facts facts{{"bytes", static_cast<double>(bytes)}};
  const Facts counts = counted(tally);
  facts.insert(facts.end(), counts.begin(), counts.end());
  facts.push_back({"seconds", seconds});
  std::vector<std::string> phases;
  for (const pg::Phase& phase : tally.phases()) {
    phases.push_back(phase.name + (" " + seconds_text(phase.seconds)));
    std::string name = std::string(phase.name) + "_seconds";
    std::replace(name.begin(), name.end(), ' ', '_');
    facts.push_back({name, phase.seconds});
  }
  context.log().info(
      base::join(parts, ", ") + (phases.empty() ? "" : ": ") + base::join(phases, ", "), facts);
}

}  // namespace sluice
