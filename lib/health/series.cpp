#include "health/series.hpp"

#include <algorithm>
#include <map>

namespace sluice::health {

namespace {

std::vector<Series> by_group(std::vector<Backup> backups) {
  std::map<std::string, Series> groups;
  std::sort(backups.begin(), backups.end(), [](const Backup& a, const Backup& b) {
    return a.time != b.time ? a.time < b.time : a.url < b.url;
  });
  for (Backup& backup : backups) {
    Series& series = groups.try_emplace(backup.group, Series{backup.group, {}}).first->second;
    series.backups.push_back(std::move(backup));
  }
  std::vector<Series> all;
  for (auto& [group, series] : groups) all.push_back(std::move(series));
  return all;
}

std::string_view file_name(std::string_view url) {
  if (url.ends_with('/')) url.remove_suffix(1);
  return url.substr(url.rfind('/') + 1);
}

bool same(const Backup& a, const Backup& b) {
  return file_name(a.url) == file_name(b.url) ? a.size == b.size : a.time == b.time;
}

}  // namespace

std::vector<Series> originals(const Facts& facts, const std::vector<std::string>& copies) {
  std::vector<Backup> chosen;
  for (const Backup& backup : facts.backups) {
    const bool copy = std::any_of(copies.begin(), copies.end(), [&](const std::string& prefix) {
      return backup.url.starts_with(prefix);
    });
    if (!copy) chosen.push_back(backup);
  }
  return by_group(std::move(chosen));
}

std::vector<Series> copies_at(const Facts& facts, const std::string& copy) {
  std::vector<Backup> chosen;
  for (const Backup& backup : facts.backups) {
    if (backup.url.starts_with(copy)) chosen.push_back(backup);
  }
  return by_group(std::move(chosen));
}

const Series* find_group(const std::vector<Series>& all, const std::string& group) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Series& series) { return series.group == group; });
  return found == all.end() ? nullptr : &*found;
}

std::chrono::seconds replication_lag(const Series& series, const Series* copy, base::Time now) {
  std::chrono::seconds lag{0};
  for (auto backup = series.backups.rbegin(); backup != series.backups.rend(); ++backup) {
    const bool there =
        copy != nullptr && std::any_of(copy->backups.begin(), copy->backups.end(),
                                       [&](const Backup& other) { return same(*backup, other); });
    if (there) break;
    lag = std::max(lag, now - backup->time);
  }
  return lag;
}

std::vector<Gap> gaps(const Series& series, std::chrono::seconds every, base::Time since) {
  std::vector<Gap> found;
  for (std::size_t i = 1; i < series.backups.size(); ++i) {
    const base::Time after = series.backups[i - 1].time;
    const base::Time before = series.backups[i].time;
    if ((before - std::max(after, since)) * 2 > every * 3) found.push_back({after, before});
  }
  return found;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle - 1] + values[middle]) / 2;
}

}  // namespace sluice::health
