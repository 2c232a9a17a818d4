#include "retention/survey.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <map>
#include <random>
#include <set>

#include "base/glob.hpp"
#include "base/text.hpp"

namespace sluice::retention {
namespace {

using base::Time;
using std::chrono::hours;
using std::chrono::minutes;

Time at(const char* text) { return base::parse_time(std::string(text) + "Z").value(); }

const Time kNow = at("2026-11-21T12:00:00");

struct Named {
  Time time;
  std::string name;
  std::string defect = {};
};

Backup view(const Named& one) { return {one.time, one.name, one.defect}; }

std::vector<Verdict> verdicts(const Policy& policy, const std::vector<Named>& history,
                              Time now = kNow, const Calendar& calendar = base::to_utc) {
  const Terms terms{policy, now, calendar};
  Survey survey(terms);
  for (const Named& one : history) survey.add(view(one));
  const Judge judge(std::move(survey));
  std::vector<Verdict> all;
  for (const Named& one : history) all.push_back(judge.verdict(view(one)));
  return all;
}

std::set<std::string> kept(const Policy& policy, const std::vector<Named>& history, Time now = kNow,
                           const Calendar& calendar = base::to_utc) {
  const std::vector<Verdict> all = verdicts(policy, history, now, calendar);
  std::set<std::string> names;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].keep) names.insert(history[i].name);
  }
  return names;
}

// A history whose backups are named by their times.
std::vector<Named> history(const std::vector<const char*>& times) {
  std::vector<Named> all;
  for (const char* time : times) all.push_back({at(time), time});
  return all;
}

using Names = std::set<std::string>;

TEST(Survey, LastKeepsTheNewestNAndFewerAreNoError) {
  const auto three = history({"2026-11-18T00:00", "2026-11-20T00:00", "2026-11-19T00:00"});
  EXPECT_EQ(kept({.last = 2}, three), (Names{"2026-11-19T00:00", "2026-11-20T00:00"}));
  EXPECT_EQ(kept({.last = 10}, three).size(), 3U);
  EXPECT_EQ(verdicts({.last = 10}, three)[2].reason, "last 2 of 10");
  EXPECT_EQ(verdicts({.last = 2}, three)[1].reason, "newest, last 1 of 2");
  EXPECT_EQ(verdicts({.last = 2}, three)[0].reason, "");
  EXPECT_TRUE(verdicts({.last = 2}, {}).empty());
}

TEST(Survey, APeriodKeepsItsNewestAndGapsAreNotCounted) {
  const auto gaps = history({"2026-11-01T03:00", "2026-11-01T21:00", "2026-11-10T03:00",
                             "2026-11-20T03:00", "2026-11-20T04:00"});
  EXPECT_EQ(kept({.daily = 3}, gaps),
            (Names{"2026-11-20T04:00", "2026-11-10T03:00", "2026-11-01T21:00"}));
  EXPECT_EQ(kept({.hourly = 2}, gaps), (Names{"2026-11-20T04:00", "2026-11-20T03:00"}));
  EXPECT_EQ(kept({.weekly = 9}, gaps),
            (Names{"2026-11-20T04:00", "2026-11-10T03:00", "2026-11-01T21:00"}));
  EXPECT_EQ(kept({.monthly = 9}, gaps), (Names{"2026-11-20T04:00"}));
  EXPECT_EQ(kept({.yearly = 9}, gaps), (Names{"2026-11-20T04:00"}));
}

TEST(Survey, RulesCombineIndependently) {
  const auto days =
      history({"2026-10-31T03:00", "2026-11-18T03:00", "2026-11-19T03:00", "2026-11-20T03:00"});
  EXPECT_EQ(kept({.daily = 2, .monthly = 2}, days),
            (Names{"2026-11-20T03:00", "2026-11-19T03:00", "2026-10-31T03:00"}));
  EXPECT_EQ(verdicts({.daily = 2, .monthly = 2}, days)[3].reason,
            "newest, daily 2026-11-20, monthly 2026-11");
}

TEST(Survey, MatchKeepsByName) {
  const std::vector<Named> all{{at("2020-01-01T00:00"), "pg/app_before-upgrade.dump"},
                               {at("2020-01-02T00:00"), "pg/app.dump"},
                               {at("2026-01-02T00:00"), "pg/app_new.dump"}};
  EXPECT_EQ(kept({.match = {"*upgrade*"}}, all),
            (Names{"pg/app_before-upgrade.dump", "pg/app_new.dump"}));
}

TEST(Survey, TheNewestStaysWhateverThePolicySays) {
  EXPECT_EQ(kept({}, history({"2026-11-18T00:00", "2026-11-19T00:00"})),
            (Names{"2026-11-19T00:00"}));
  EXPECT_EQ(kept({.match = {"nothing"}}, history({"2001-01-01T00:00"})).size(), 1U);
}

TEST(Survey, OfEqualTimesTheLaterNameIsTheNewer) {
  const std::vector<Named> twins{{kNow, "b"}, {kNow, "c"}, {kNow, "a"}};
  EXPECT_EQ(kept({.last = 2}, twins), (Names{"b", "c"}));
}

// Backups stopped a year ago: by today's clock all would be gone but one.
TEST(Survey, TheClockIsTheNewestBackup) {
  const auto old = history({"2025-11-01T00:00", "2025-11-05T00:00", "2025-11-07T00:00"});
  const Policy week{.within = hours(7 * 24)};
  EXPECT_EQ(kept(week, old).size(), 3U);
  EXPECT_EQ(verdicts(week, old)[0].reason, "within 7d");
  EXPECT_EQ(kept({.within = hours(3 * 24)}, old).size(), 2U);
}

TEST(Survey, WithinEndsAtItsLength) {
  const auto edge = history({"2026-11-10T00:00", "2026-11-10T00:01", "2026-11-11T00:00"});
  EXPECT_EQ(kept({.within = hours(24)}, edge), (Names{"2026-11-10T00:01", "2026-11-11T00:00"}));
}

// A clock that was wrong once: counted, the future would push out good backups for years.
TEST(Survey, TheFutureStaysCountsForNothingAndMovesNoClock) {
  auto all = history({"2026-11-18T00:00", "2026-11-19T00:00", "2026-11-20T00:00"});
  const auto without = kept({.last = 2, .within = hours(48)}, all);
  all.push_back({at("2099-01-01T00:00"), "future"});
  auto expected = without;
  expected.insert("future");
  EXPECT_EQ(kept({.last = 2, .within = hours(48)}, all), expected);
  EXPECT_EQ(verdicts({.last = 2}, all)[3].reason, "dated in the future");
}

TEST(Survey, NothingButTheFutureKeepsAll) {
  EXPECT_EQ(kept({.last = 1}, history({"2027-01-01T00:00", "2028-01-01T00:00"})).size(), 2U);
}

// Three nights of empty dumps: counted, they would push out the last good ones.
TEST(Survey, WhatIsNotWholeEvictsNothing) {
  auto all = history({"2026-11-14T00:00", "2026-11-15T00:00", "2026-11-16T00:00"});
  for (const char* time : {"2026-11-17T00:00", "2026-11-18T00:00", "2026-11-19T00:00"}) {
    all.push_back({at(time), std::string("empty ") + time, "0 B"});
  }
  for (const Policy& policy :
       {Policy{.last = 3}, Policy{.daily = 3}, Policy{.within = hours(60)}}) {
    const Names names = kept(policy, all);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(names.contains(all[i].name)) << i;
  }
  EXPECT_EQ(verdicts({.last = 3}, all)[5].reason,
            "not whole: 0 B; no whole one is newer, last 1 of 3");
}

TEST(Survey, WhatIsNotWholeGoesWhenAWholeOneOfItsAgeWould) {
  auto all = history({"2026-11-16T00:00", "2026-11-18T00:00", "2026-11-19T00:00"});
  all.push_back({at("2026-11-17T00:00"), "young", "0 B"});
  all.push_back({at("2026-11-10T00:00"), "old", "0 B"});
  EXPECT_EQ(kept({.daily = 3}, all),
            (Names{"2026-11-16T00:00", "2026-11-18T00:00", "2026-11-19T00:00", "young"}));
  EXPECT_EQ(verdicts({.daily = 3}, all)[4].reason, "not whole: 0 B");
}

TEST(Survey, WithoutAWholeOneNothingGoes) {
  std::vector<Named> all;
  for (int day = 0; day < 9; ++day) {
    all.push_back({kNow - hours(24 * day), "d" + std::to_string(day), "no manifest"});
  }
  EXPECT_EQ(kept({.last = 1}, all).size(), 9U);
}

// A backup that another tool completes while verdicts are passed.
TEST(Survey, WhatItHasNotSeenStaysWhereAWholeOneWould) {
  const Terms terms{{.last = 2, .daily = 3}, kNow, base::to_utc};
  Survey survey(terms);
  for (const char* time : {"2026-11-14T00:00", "2026-11-15T09:00", "2026-11-18T00:00"}) {
    survey.add({at(time), time, ""});
  }
  const Judge judge(std::move(survey));
  EXPECT_EQ(judge.verdict({at("2026-11-19T00:00"), "x", ""}).reason,
            "no whole one is newer, last 1 of 2, daily 2026-11-19");
  EXPECT_EQ(judge.verdict({at("2026-11-15T10:00"), "x", ""}).reason,
            "last 2 of 2, daily 2026-11-15");
  EXPECT_EQ(judge.verdict({at("2026-11-14T10:00"), "x", ""}).reason, "daily 2026-11-14");
  EXPECT_FALSE(judge.verdict({at("2026-11-13T10:00"), "x", ""}).keep);
}

TEST(Survey, DaysAreThoseOfTheZone) {
  // 23:30 and 00:30 UTC are one day in Los Angeles, two in UTC.
  const auto night = history({"2026-11-18T23:30", "2026-11-19T00:30"});
  setenv("TZ", "America/Los_Angeles", 1);
  tzset();
  const auto there = kept({.daily = 2}, night, kNow, base::to_local);
  setenv("TZ", "UTC", 1);
  tzset();
  EXPECT_EQ(there, (Names{"2026-11-19T00:30"}));
  EXPECT_EQ(kept({.daily = 2}, night).size(), 2U);
}

// In St. John's clocks once went back at 00:01, to 23:01 of the day before.
TEST(Survey, ADayThatGoesOnAfterTheNextHasBegunIsOneDay) {
  const auto night = history({"2009-11-01T02:00", "2009-11-01T02:30:30", "2009-11-01T03:00"});
  setenv("TZ", "America/St_Johns", 1);
  tzset();
  const auto two = kept({.daily = 2}, night, kNow, base::to_local);
  const auto one = kept({.daily = 1}, night, kNow, base::to_local);
  setenv("TZ", "UTC", 1);
  tzset();
  EXPECT_EQ(two, (Names{"2009-11-01T02:30:30", "2009-11-01T03:00"}));
  EXPECT_EQ(one, two) << "the newest stays besides";
}

// Random histories, with defects and dates in the future among them.
class Property : public testing::TestWithParam<unsigned> {
 protected:
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

  std::vector<Named> random_history() {
    std::vector<Named> all(1 + below(60));
    const minutes step(1 + below(60 * 24 * 20));
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i].time = kNow + hours(48) - step * below(2 * all.size());
      all[i].name = "backup " + std::to_string(i);
      if (below(5) == 0) all[i].defect = "broken";
    }
    return all;
  }

  Policy random_policy() {
    Policy policy;
    for (std::size_t* rule : rules(policy)) *rule = below(3) == 0 ? 1 + below(9) : 0;
    if (below(4) == 0) policy.within = hours(1 + below(24 * 40));
    if (below(4) == 0) policy.match = {"*7"};
    return policy;
  }

  static std::array<std::size_t*, 6> rules(Policy& policy) {
    return {&policy.last,   &policy.hourly,  &policy.daily,
            &policy.weekly, &policy.monthly, &policy.yearly};
  }

  std::mt19937 random_{GetParam()};
};

// The policy said once more, the plain way: with all backups at hand, from the newest to the
// oldest.
class NewestFirst {
 public:
  NewestFirst(const Policy& policy, const Calendar& calendar)
      : policy_(policy),
        calendar_(calendar),
        rules_{{"hourly", Period::hour, policy.hourly},
               {"daily", Period::day, policy.daily},
               {"weekly", Period::week, policy.weekly},
               {"monthly", Period::month, policy.monthly},
               {"yearly", Period::year, policy.yearly}} {}

  std::map<std::string, std::string> reasons(std::vector<Named> all) {
    std::sort(all.begin(), all.end(), [](const Named& a, const Named& b) {
      return std::pair(a.time, a.name) > std::pair(b.time, b.name);
    });
    const auto newest = std::find_if(all.begin(), all.end(), [](const Named& one) {
      return one.time <= kNow && one.defect.empty();
    });
    if (newest != all.end()) clock_ = newest->time;
    std::map<std::string, std::string> reasons;
    for (auto one = all.begin(); one != all.end(); ++one) {
      if (one->time > kNow) {
        reasons[one->name] = "dated in the future";
        continue;
      }
      std::vector<std::string> found;
      if (one == newest) found.emplace_back("newest");
      if (one < newest) found.emplace_back("no whole one is newer");
      consider(*one, found);
      const std::string text = base::join(found, ", ");
      reasons[one->name] = one->defect.empty() ? text
                           : text.empty()      ? "not whole: " + one->defect
                                               : "not whole: " + one->defect + "; " + text;
    }
    return reasons;
  }

 private:
  struct Rule {
    const char* name;
    Period period;
    std::size_t left;
    std::string taken = {};
  };

  void consider(const Named& one, std::vector<std::string>& found) {
    const bool whole = one.defect.empty();
    if (last_ < policy_.last) {
      found.push_back("last " + std::to_string(last_ + 1) + " of " + std::to_string(policy_.last));
      if (whole) ++last_;
    }
    if (policy_.within && one.time > clock_ - *policy_.within) {
      found.push_back("within " + base::duration_text(*policy_.within));
    }
    for (Rule& rule : rules_) {
      const std::string now = label(rule.period, calendar_(one.time));
      if (rule.left == 0 || rule.taken == now) continue;
      found.push_back(std::string(rule.name) + " " + now);
      if (!whole) continue;
      rule.taken = now;
      --rule.left;
    }
    for (const std::string& glob : policy_.match) {
      if (base::glob_matches(glob, one.name)) found.push_back("match " + glob);
    }
  }

  const Policy& policy_;
  const Calendar& calendar_;
  std::vector<Rule> rules_;
  std::size_t last_ = 0;
  Time clock_{};
};

TEST_P(Property, VerdictsAreThoseOfThePlainWayInAnyOrder) {
  const Calendar calendar = GetParam() % 2 == 0 ? base::to_utc : base::to_local;
  setenv("TZ", "America/Los_Angeles", 1);
  tzset();
  for (int repetition = 0; repetition < 20; ++repetition) {
    auto all = random_history();
    const Policy policy = random_policy();
    auto expected = NewestFirst(policy, calendar).reasons(all);
    std::shuffle(all.begin(), all.end(), random_);
    const std::vector<Verdict> found = verdicts(policy, all, kNow, calendar);
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(found[i].reason, expected[all[i].name]) << all[i].name;
      const bool no_rule = found[i].reason.find(';') == std::string::npos &&
                           (found[i].reason.empty() || found[i].reason.starts_with("not whole"));
      EXPECT_EQ(found[i].keep, !no_rule) << found[i].reason;
    }
  }
  setenv("TZ", "UTC", 1);
  tzset();
}

TEST_P(Property, TheNewestWholeOneAndTheFutureStay) {
  const auto all = random_history();
  const auto names = kept(random_policy(), all);
  const Named* newest = nullptr;
  for (const Named& one : all) {
    EXPECT_TRUE(one.time <= kNow || names.contains(one.name));
    if (one.time > kNow || !one.defect.empty()) continue;
    if (!newest || std::pair(one.time, one.name) > std::pair(newest->time, newest->name)) {
      newest = &one;
    }
  }
  EXPECT_TRUE(newest ? names.contains(newest->name) : names.size() == all.size());
}

TEST_P(Property, AWiderPolicyKeepsMore) {
  const auto all = random_history();
  Policy policy = random_policy();
  const auto before = kept(policy, all);
  *rules(policy)[below(6)] += 1 + below(4);
  if (policy.within) *policy.within += hours(below(100));
  policy.match.emplace_back("*3");
  const auto after = kept(policy, all);
  EXPECT_TRUE(std::includes(after.begin(), after.end(), before.begin(), before.end()));
}

TEST_P(Property, ASecondRunDeletesNothing) {
  const auto all = random_history();
  const Policy policy = random_policy();
  const auto names = kept(policy, all);
  std::vector<Named> left;
  for (const Named& one : all) {
    if (names.contains(one.name)) left.push_back(one);
  }
  EXPECT_EQ(kept(policy, left).size(), left.size());
}

TEST_P(Property, OrderAndTimeOfDayDoNotMatter) {
  auto all = random_history();
  const Policy policy = random_policy();
  const auto names = kept(policy, all);
  std::shuffle(all.begin(), all.end(), random_);
  EXPECT_EQ(kept(policy, all), names);
}

// What breaks takes its own place with it, never another's.
TEST_P(Property, ADefectNeverCostsAnotherBackup) {
  auto all = random_history();
  const Policy policy = random_policy();
  auto before = kept(policy, all);
  Named& victim = all[below(all.size())];
  victim.defect = "broken";
  const auto after = kept(policy, all);
  before.erase(victim.name);
  EXPECT_TRUE(std::includes(after.begin(), after.end(), before.begin(), before.end()));
}

INSTANTIATE_TEST_SUITE_P(Seeds, Property, testing::Range(0U, 300U));

}  // namespace
}  // namespace sluice::retention
