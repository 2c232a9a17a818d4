#include "health/history.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sluice::health {

using base::Error;
using base::Exit;
using Json = nlohmann::json;

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::success: return "success";
    case Outcome::failed: return "failed";
    case Outcome::skipped: return "skipped";
  }
  return "";
}

std::string to_line(const RunRecord& run) {
  std::string line =
      "{\"name\":" + base::json_quote(run.name) + ",\"start\":\"" + base::rfc3339(run.start) +
      "\",\"duration\":" + std::to_string(run.duration.count()) + ",\"status\":\"" +
      std::string(outcome_name(run.outcome)) + "\",\"exit\":" + std::to_string(run.exit) +
      ",\"tries\":" + std::to_string(run.tries);
  if (!run.reason.empty()) line += ",\"reason\":" + base::json_quote(run.reason);
  return line + "}\n";
}

namespace {

Outcome outcome_from(const std::string& name) {
  for (const Outcome outcome : {Outcome::success, Outcome::skipped}) {
    if (name == outcome_name(outcome)) return outcome;
  }
  return Outcome::failed;
}

RunRecord run_from(const std::string& text) {
  const Json line = Json::parse(text);
  const auto start = base::parse_time(line.at("start").get<std::string>());
  if (!start) throw std::invalid_argument("start");
  return {.name = line.at("name").get<std::string>(),
          .start = *start,
          .duration = std::chrono::seconds(line.at("duration").get<std::uint32_t>()),
          .outcome = outcome_from(line.at("status").get<std::string>()),
          .exit = line.value("exit", 0),
          .tries = line.value("tries", 1U),
          .reason = line.value("reason", "")};
}

}  // namespace

std::vector<RunRecord> parse_history(std::string_view text) {
  std::vector<RunRecord> runs;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    ++number;
    const std::string line(base::trim(text.substr(0, end)));
    text.remove_prefix(end + 1);
    if (line.empty()) continue;
    try {
      runs.push_back(run_from(line));
    } catch (const std::exception&) {
      throw Error(Exit::data,
                  "line " + std::to_string(number) + ": not what sentinel run writes to a history");
    }
  }
  std::stable_sort(runs.begin(), runs.end(),
                   [](const RunRecord& a, const RunRecord& b) { return a.start < b.start; });
  return runs;
}

double success_ratio(const std::vector<RunRecord>& runs) {
  std::size_t done = 0;
  std::size_t good = 0;
  for (const RunRecord& run : runs) {
    if (run.outcome == Outcome::skipped) continue;
    ++done;
    if (run.outcome == Outcome::success) ++good;
  }
  return done == 0 ? 1 : static_cast<double>(good) / static_cast<double>(done);
}

std::size_t failures_in_a_row(const std::vector<RunRecord>& runs) {
  std::size_t count = 0;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (run->outcome == Outcome::success) break;
    if (run->outcome == Outcome::failed) ++count;
  }
  return count;
}

const RunRecord* last_run(const std::vector<RunRecord>& runs) {
  const auto last = std::find_if(runs.rbegin(), runs.rend(), [](const RunRecord& run) {
    return run.outcome != Outcome::skipped;
  });
  return last == runs.rend() ? nullptr : &*last;
}

}  // namespace sluice::health
