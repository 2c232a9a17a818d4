#include "health/report.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sluice::health {

using base::human_duration;
using base::human_size;
using base::json_quote;

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::ok: return "OK";
    case Severity::warning: return "WARNING";
    case Severity::critical: return "CRITICAL";
  }
  return "";
}

namespace {

// More groups than this are told by their number and the oldest of them.
constexpr std::size_t kGroupsInSummary = 4;

std::string newest_of(const Series& series, base::Time now) {
  return (series.group.empty() ? "" : series.group + " ") +
         human_duration(now - series.newest().time) + " old, " + human_size(series.newest().size);
}

std::string all_is_well(const Facts& facts, const Limits& limits, base::Time now) {
  const std::vector<Series> all = originals(facts, limits.copies);
  std::vector<std::string> parts;
  if (all.size() <= kGroupsInSummary) {
    for (const Series& series : all) parts.push_back(newest_of(series, now));
  } else {
    const auto oldest = std::min_element(
        all.begin(), all.end(),
        [](const Series& a, const Series& b) { return a.newest().time < b.newest().time; });
    parts.push_back("of " + std::to_string(all.size()) + " groups the oldest is " +
                    newest_of(*oldest, now));
  }
  std::string text = parts.empty() ? "" : "newest " + base::join(parts, ", ");
  if (!facts.marks.empty()) {
    base::Time newest = facts.marks.front().time;
    for (const Mark& mark : facts.marks) newest = std::max(newest, mark.time);
    text += (text.empty() ? "" : ", ") + ("mark " + human_duration(now - newest)) + " old";
  }
  return text;
}

// A label must not hold what delimits it.
std::string label(const std::string& group, const std::string& name, bool alone) {
  if (alone) return name;
  std::string text = group + "_" + name;
  for (char& each : text) {
    if (each == '\'' || each == '=' || each == '|') each = '_';
  }
  const bool quote = text.find(' ') != std::string::npos;
  return quote ? "'" + text + "'" : text;
}

}  // namespace

std::string finding_line(const Finding& finding) {
  std::string text = std::string(indicator_name(finding.indicator)) + ": " +
                     (finding.subject.empty() ? "" : finding.subject + ": ") + finding.text;
  // A bar would begin performance data.
  std::replace(text.begin(), text.end(), '|', '/');
  return base::printable(text);
}

std::string summary(const Verdict& verdict, const Facts& facts, const Limits& limits,
                    base::Time now) {
  std::string text;
  if (verdict.findings.empty()) {
    text = all_is_well(facts, limits, now);
  } else if (!verdict.diagnosis.empty()) {
    text = verdict.diagnosis;
  } else {
    const auto worst = std::find_if(
        verdict.findings.begin(), verdict.findings.end(),
        [&](const Finding& finding) { return finding.severity == verdict.severity(); });
    text = finding_line(*worst);
    const std::size_t others = verdict.findings.size() - 1;
    if (others > 0) text += ", and " + std::to_string(others) + " more";
  }
  std::replace(text.begin(), text.end(), '|', '/');
  return std::string(severity_name(verdict.severity())) + " - " + base::printable(text);
}

std::string performance(const Facts& facts, const Limits& limits, base::Time now) {
  const std::vector<Series> all = originals(facts, limits.copies);
  std::vector<std::string> parts;
  for (const Series& series : all) {
    const std::string age = std::to_string((now - series.newest().time).count()) + "s";
    const std::string limit =
        limits.max_age ? ";;" + std::to_string(limits.max_age->count()) : std::string();
    parts.push_back(label(series.group, "age", all.size() == 1) + "=" + age + limit);
    parts.push_back(label(series.group, "size", all.size() == 1) + "=" +
                    std::to_string(series.newest().size) + "B");
  }
  return base::printable(base::join(parts, " "));
}

std::string verdict_json(const Verdict& verdict, const Facts& facts, const Limits& limits,
                         base::Time now) {
  std::string findings;
  for (const Finding& finding : verdict.findings) {
    findings += (findings.empty() ? "" : ",") + std::string("{\"indicator\":\"") +
                std::string(indicator_name(finding.indicator)) + "\",\"severity\":\"" +
                base::lower(severity_name(finding.severity)) +
                "\",\"subject\":" + json_quote(finding.subject) +
                ",\"text\":" + json_quote(finding.text) + "}";
  }
  std::string groups;
  for (const Series& series : originals(facts, limits.copies)) {
    const Backup& newest = series.newest();
    groups += (groups.empty() ? "" : ",") + std::string("{\"group\":") + json_quote(series.group) +
              ",\"newest\":" + json_quote(newest.url) + ",\"time\":\"" +
              base::rfc3339(newest.time) +
              "\",\"age\":" + std::to_string((now - newest.time).count()) +
              ",\"size\":" + std::to_string(newest.size) +
              ",\"count\":" + std::to_string(series.backups.size()) + "}";
  }
  return "{\"status\":\"" + base::lower(severity_name(verdict.severity())) + "\",\"time\":\"" +
         base::rfc3339(now) + "\",\"diagnosis\":" + json_quote(verdict.diagnosis) +
         ",\"findings\":[" + findings + "],\"groups\":[" + groups + "]}\n";
}

}  // namespace sluice::health
