#include "matching/store.hpp"
#include "shared/db/migrations.hpp"
#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

namespace cp {
extern const std::string_view matching_schema;
}

using namespace cp;
using namespace cp::matching;

namespace {

std::string uuid(int number) {
  auto digits = std::to_string(number);
  return "0190a000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

StoredRun run_number(int number) {
  StoredRun run;
  run.id = Id<"matching_run">(uuid(number));
  run.authority = Id<"authority">(uuid(900));
  run.created = from_microseconds(1'000 + number);
  run.families = 5;
  run.offers = 2;
  run.took_ms = 12;
  run.activity_type = "Groups: Sports";
  run.from = Id<"matching_run">(uuid(800));
  run.changes = {{ChangeKind::swap, Id<"family">(uuid(1)), {}, Id<"family">(uuid(2))},
                 {ChangeKind::pin, Id<"family">(uuid(2)), Id<"run">(uuid(600)), {}}};
  run.score = 199;
  run.bound = 200;
  run.rather_elsewhere = 3;
  for (int at = 0; at < 2; ++at) {
    StoredGroup group;
    group.id = Id<"group">(uuid(10 * number + at));
    group.offer = Id<"offer">(uuid(700));
    group.offer_title = "Swimming";
    group.run = Id<"run">(uuid(600 + at));
    group.weekday = 6;
    group.sessions = 4;
    group.score = 100 - at;
    group.families = {{Id<"family">(uuid(1)), 1, Money(1'200), Money(4'000)}, {Id<"family">(uuid(2)), 2, Money(2'400), {}}};
    group.reasons = {"Near", "Free on Saturdays"};
    group.terms = {{"interest", 900}, {"distance", 0}};
    run.groups.push_back(group);
  }
  run.left_out = {{Id<"family">(uuid(3)), "distance", "Too far.", "With 2 miles more."}};
  run.unmet = {{"Groups: Sports", 53.4, -2.3, 2.5, 6, 600, 720, 3, 8, 11, "Two families want it.",
                {Id<"family">(uuid(3)), Id<"family">(uuid(4))}}};
  return run;
}

}  // namespace

TEST_CASE("a matching run comes back as it was proposed") {
  test::for_each_database({{"matching", matching_schema}}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      store::insert(tx, run_number(1));
      store::insert(tx, run_number(2));
    });
    database.read_now([](db::Tx& tx) {
      const auto run = store::find(tx, Id<"matching_run">(uuid(2)));
      REQUIRE(run);
      REQUIRE(run->groups.size() == 2);
      CHECK(run->groups[0].id.text() == uuid(20));
      REQUIRE(run->groups[1].families.size() == 2);
      CHECK(run->groups[1].families[0].alone == Money(4'000));
      CHECK_FALSE(run->groups[1].families[1].alone);
      CHECK(run->groups[0].reasons == std::vector<std::string>{"Near", "Free on Saturdays"});
      REQUIRE(run->left_out.size() == 1);
      CHECK(run->left_out[0].what_would_help == "With 2 miles more.");
      REQUIRE(run->groups[0].terms.size() == 2);
      CHECK(run->groups[0].terms[0].name == "interest");
      CHECK(run->groups[0].terms[0].thousandths == 900);
      CHECK(run->activity_type == "Groups: Sports");
      CHECK(run->from == Id<"matching_run">(uuid(800)));
      CHECK(run->score == 199);
      CHECK(run->bound == 200);
      CHECK(run->rather_elsewhere == 3);
      REQUIRE(run->changes.size() == 2);
      CHECK(run->changes[0].kind == ChangeKind::swap);
      CHECK(run->changes[0].other == Id<"family">(uuid(2)));
      CHECK(run->changes[1].run == Id<"run">(uuid(600)));
      CHECK_FALSE(run->changes[1].other);
      REQUIRE(run->unmet.size() == 1);
      CHECK(run->unmet[0].within_miles == 2.5);
      CHECK(run->unmet[0].age_max == 11);
      CHECK(run->unmet[0].text == "Two families want it.");
      CHECK(run->unmet[0].families == std::vector<Id<"family">>{Id<"family">(uuid(3)), Id<"family">(uuid(4))});
      CHECK_FALSE(run->night);
      CHECK_FALSE(store::find(tx, Id<"matching_run">(uuid(3))));
    });
  });
}

TEST_CASE("runs are listed newest first, page by page, an authority's own") {
  test::for_each_database({{"matching", matching_schema}}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      for (int number = 1; number <= 3; ++number) store::insert(tx, run_number(number));
      const Id<"authority"> here(uuid(900));
      const auto first = store::list(tx, here, std::nullopt, 2);
      REQUIRE(first.size() == 2);
      CHECK(first[0].id.text() == uuid(3));
      const auto second = store::list(tx, here, store::Before{first[1].created, first[1].id}, 2);
      REQUIRE(second.size() == 1);
      CHECK(second[0].id.text() == uuid(1));
      CHECK(store::list(tx, Id<"authority">(uuid(901)), std::nullopt, 2).empty());
    });
  });
}

TEST_CASE("a night is planned once, its run is found, and old runs are forgotten with all their parts") {
  test::for_each_database({{"matching", matching_schema}}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      const auto night = *parse_date("2026-11-25");
      const Id<"authority"> here(uuid(900));
      CHECK(store::plan_night(tx, night));
      CHECK_FALSE(store::plan_night(tx, night));
      auto run = run_number(1);
      run.night = night;
      CHECK_FALSE(store::has_night(tx, here, night));
      store::insert(tx, run);
      store::insert(tx, run_number(2));
      CHECK(store::has_night(tx, here, night));
      CHECK_FALSE(store::has_night(tx, Id<"authority">(uuid(901)), night));
      CHECK(store::find(tx, run.id)->night == night);

      store::forget_before(tx, run_number(2).created);
      CHECK_FALSE(store::find(tx, run.id));
      CHECK(store::find(tx, run_number(2).id)->groups.size() == 2);
      store::forget_before(tx, run_number(9).created);
      for (const auto* table : {"matching_runs", "matching_groups", "matching_group_families", "matching_group_reasons",
                                "matching_group_terms", "matching_left_out", "matching_changes", "matching_unmet",
                                "matching_unmet_families"}) {
        INFO(table);
        CHECK(tx.number("SELECT COUNT(*) FROM " + std::string(table), {}) == 0);
      }
    });
  });
}

TEST_CASE("a family finds the newest run that looked at it, but none from before the newest one for every kind") {
  test::for_each_database({{"matching", matching_schema}}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      const Id<"authority"> here(uuid(900));
      const auto newest = [&](int family) {
        const auto run = store::newest_of(tx, here, Id<"family">(uuid(family)));
        return run ? run->id.text() : "none";
      };
      CHECK(newest(1) == "none");
      auto first = run_number(1);
      first.activity_type.reset();
      store::insert(tx, first);
      CHECK(newest(1) == uuid(1));
      CHECK(newest(3) == uuid(1));  // left out
      CHECK(newest(4) == "none");
      auto second = run_number(2);  // for one kind, and not for family 3
      second.left_out.clear();
      store::insert(tx, second);
      CHECK(newest(1) == uuid(2));
      CHECK(newest(3) == uuid(1));
      auto third = run_number(3);
      third.activity_type.reset();
      third.left_out.clear();
      store::insert(tx, third);
      CHECK(newest(1) == uuid(3));
      CHECK(newest(3) == "none");
    });
  });
}
