// The people of a small market and what they usually do, so that a test reads as a story:
//
//   Story story(app);
//   auto alder = story.family("alder", 300'000);
//   const auto swimming = story.offer({.sessions = 4});
//   const auto pool = story.pool(swimming, {alder, beech});
//   story.agree(pool, 1, 50);
//   story.accept(alder, pool).expect(200);
#pragma once

#include "services/all_services.hpp"
#include "tests/support/application.hpp"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace cp::test {

using Json = nlohmann::json;

struct FamilyActor {
  HttpClient browser;
  std::string id;
  std::string plan;
};

/// A published offer with one weekly run on Saturdays, ten to twelve.
struct OfferOrder {
  std::string title = "Saturday swimming";
  std::string activity_type = "Groups: Sports and outdoor activities";
  std::int64_t fixed = 6'000, per_child = 500, per_hour = 1'000;  // pence
  std::int64_t minimum_children = 2, maximum_children = 6;
  std::int64_t sessions = 4, places = 8;
  std::string first_date = "2026-11-28";
  std::int64_t from_minute = 600, to_minute = 720;
};
struct OfferActor {
  std::string id, run;
};

class Story {
 public:
  /// Trafford by its pilot's policy: 30 % of an agreed plan may be pooled without asking.
  explicit Story(TestApplication& app);

  TestApplication& app;
  HttpClient facilitator, commissioner, administrator;
  std::string authority, provider_id;
  HttpClient provider;

  /// Signs up, fills in a profile with one child, and has a plan agreed, all of it short-breaks
  /// money; nothing is agreed where `plan_pence` is 0. The reference stays valid.
  FamilyActor& family(const std::string& name, std::int64_t plan_pence);
  OfferActor offer(const OfferOrder& order = {});
  std::string pool(const OfferActor& offer, const std::vector<std::string>& families);
  /// Alder, Beech and Cedar with £3,000 each, and a pool that is proposed to them.
  struct Three {
    FamilyActor &alder, &beech, &cedar;
    std::string pool;
  };
  Three three(const OfferOrder& order = {});
  /// Lays an agreement before the members; answers the pool.
  Json agree(const std::string& pool, std::int64_t notice_sessions, std::int64_t ceiling_percent,
             std::int64_t minimum_children = 2);
  HttpAnswer accept(FamilyActor& family, const std::string& pool, std::int64_t version = 1);
  Json see(HttpClient& browser, const std::string& pool);
  Json statement(FamilyActor& family);
  /// Held, charged and left of everything the family has.
  struct Totals {
    std::int64_t held = 0, charged = 0, left = 0, headroom = 0;
    bool operator==(const Totals&) const = default;
  };
  Totals totals(FamilyActor& family);
  /// Recomputes the ledger from its entries; 0 is clean.
  int verify();

 private:
  HttpClient register_provider();
  std::deque<FamilyActor> families_;
};

/// Tells a story with an application on SQLite and then with one on PostgreSQL. The clock may be moved by weeks: everybody stays
/// signed in.
void on_each(const std::function<void(Story&)>& body);

}  // namespace cp::test
