// What s3prune does when backups come and go between its passes.

#include "s3prune_plan.hpp"

#include <gtest/gtest.h>

#include "store_memory.hpp"

namespace sluice {
namespace {

using std::chrono::seconds;

base::Time second(int count) { return base::Time(seconds(count)); }

// Something happens to it before one of its listings.
class ChangingStore : public store::MemoryStore {
 public:
  ChangingStore(int listing, std::function<void(ChangingStore&)> change)
      : MemoryStore({}), listing_(listing), change_(std::move(change)) {}

  void list(const std::string& prefix, const std::function<void(store::Object&&)>& each) override {
    if (++listings_ == listing_) change_(*this);
    MemoryStore::list(prefix, each);
  }

  void add(const std::string& key, int modified) { put({key, 1, second(modified)}); }
  void lose(const std::string& key) { EXPECT_TRUE(remove({&key, 1}).empty()); }

 private:
  int listing_;
  std::function<void(ChangingStore&)> change_;
  int listings_ = 0;
};

constexpr int kDecisions = 2;  // the survey is the first
constexpr int kDeeds = 3;

class Passes : public testing::Test {
 protected:
  // Of six years two go, unless a test has changed that.
  std::vector<std::string> left_after(int listing, std::function<void(ChangingStore&)> change) {
    auto store = std::make_unique<ChangingStore>(listing, std::move(change));
    ChangingStore& shown = *store;
    for (const std::string& key : keys_) shown.add(key, 2000);
    std::deque<Plan> plans;
    plans.emplace_back(template_url("s3://bucket/{db}_" + time_, rules_), std::move(store), rules_);
    Plan& plan = plans.front();
    plan.survey(terms_, plans, log_);
    plan.decide(
        [&](const Decision& one) { planned_ += one.verdict.keep ? "" : one.backup.name + " "; },
        log_);
    plan.require_limit();
    PruneLines lines(PruneLines::Format::text);
    Failures failures(log_);
    testing::internal::CaptureStdout();
    plan.apply(lines, failures);
    printed_ = testing::internal::GetCapturedStdout();
    failures.require_none();
    try {
      plan.require_as_decided();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.status(), base::Exit::no);
      refusal_ = error.what();
    }
    return shown.keys();
  }

  std::vector<std::string> keys_{"app_2001", "app_2002", "app_2003",
                                 "app_2004", "app_2005", "app_2006"};
  std::string time_ = "{utc:%Y}";
  cli::Log log_{"test"};
  PruneRules rules_{.policy = {.yearly = 4}};
  retention::Terms terms_{rules_.policy, base::now(), base::to_utc};
  std::string planned_;
  std::string printed_;
  std::string refusal_;
};

using Keys = std::vector<std::string>;

TEST_F(Passes, DeleteWhatIsPlanned) {
  EXPECT_EQ(left_after(0, {}), (Keys{"app_2003", "app_2004", "app_2005", "app_2006"}));
  EXPECT_EQ(planned_, "app_2001 app_2002 ");
  EXPECT_NE(printed_.find("deleted 2001-01-01T00:00:00Z  s3://bucket/app_2001  (no rule keeps it)"),
            std::string::npos);
  EXPECT_EQ(refusal_, "");
}

TEST_F(Passes, WhatAppearsMeanwhileStays) {
  for (const int listing : {kDecisions, kDeeds}) {
    EXPECT_EQ(
        left_after(listing,
                   [](ChangingStore& store) {
                     store.add("app_2000", 3000);
                     store.add("app_2007", 3000);
                     store.add("new_2000", 3000);
                   }),
        (Keys{"app_2000", "app_2003", "app_2004", "app_2005", "app_2006", "app_2007", "new_2000"}));
    EXPECT_EQ(refusal_, "");
  }
}

// A copy that kept its old time: nothing tells it from those that the survey has seen.
TEST_F(Passes, NoMoreGoThanWerePlanned) {
  EXPECT_EQ(left_after(kDeeds, [](ChangingStore& store) { store.add("app_2000", 1999); }),
            (Keys{"app_2002", "app_2003", "app_2004", "app_2005", "app_2006"}));
  EXPECT_EQ(refusal_,
            "s3://bucket/ (app): changed meanwhile: 1 more backups would go than were "
            "planned, and stay");
}

TEST_F(Passes, WhatGoesMeanwhileIsNoError) {
  for (const int listing : {kDecisions, kDeeds}) {
    EXPECT_EQ(left_after(listing,
                         [](ChangingStore& store) {
                           store.lose("app_2001");
                           store.lose("app_2005");
                         }),
              (Keys{"app_2003", "app_2004", "app_2006"}));
    EXPECT_EQ(refusal_, "");
  }
}

TEST_F(Passes, AManifestThatComesMeanwhileChangesNothing) {
  EXPECT_EQ(left_after(kDeeds, [](ChangingStore& store) { store.add("app_2003.json", 3000); }),
            (Keys{"app_2003", "app_2003.json", "app_2004", "app_2005", "app_2006"}));
}

TEST_F(Passes, NoObjectBelongsToTwoTemplates) {
  std::deque<Plan> plans;
  for (const char* url :
       {"s3://bucket/{db}_{utc:%Y}", "s3://bucket/{name}.json", "s3://other/{db}_{utc:%Y}"}) {
    auto store = std::make_unique<ChangingStore>(0, nullptr);
    store->add("app_2001", 0);
    if (plans.empty()) store->add("app_2001.json", 0);
    plans.emplace_back(template_url(url, rules_), std::move(store), rules_);
  }
  EXPECT_THROW(plans[0].survey(terms_, plans, log_), base::Error) << "its manifest";
  EXPECT_NO_THROW(plans[2].survey(terms_, plans, log_)) << "another bucket";
}

// The youngest is listed before the first manifest tells that it is not whole.
TEST_F(Passes, ManifestsCountFromTheFirstBackupOn) {
  time_ = "{utc:%m-%Y}";
  keys_ = {"app_01-2006", "app_02-2003", "app_02-2003.json", "app_03-2002"};
  rules_.policy = terms_.policy = {.yearly = 1};
  EXPECT_EQ(left_after(0, {}), (Keys{"app_01-2006", "app_02-2003", "app_02-2003.json"}));
}

}  // namespace
}  // namespace sluice
