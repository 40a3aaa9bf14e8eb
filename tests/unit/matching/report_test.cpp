#include "matching/map.hpp"
#include "matching/report.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::matching;

namespace {

const Id<"family"> alder("0190a000-0000-7000-8000-00000000000a");
const Id<"family"> beech("0190a000-0000-7000-8000-00000000000b");
const Id<"offer"> swimming("0190a000-0000-7000-8000-000000000003");

StoredRun run_that_left_out(const std::string& code) {
  StoredRun run;
  StoredGroup group;
  group.offer = swimming;
  group.families = {{beech, 1, Money(1'200), Money(4'000)}};
  group.terms = {{"ages", 750}};
  run.groups = {group};
  run.left_out = {{alder, code, "Somebody asked not to meet them.", "Another family."}};
  return run;
}

}  // namespace

TEST_CASE("a family left out is told why, but nothing of another family") {
  const auto told = proposals_for(alder, run_that_left_out("distance"));
  REQUIRE(told.left_out);
  CHECK(told.left_out->code == "distance");
  for (const auto* code : {"not-with", "language", "forbidden", "overlap", "a rule of tomorrow"}) {
    INFO(code);
    const auto neutral = proposals_for(alder, run_that_left_out(code));
    REQUIRE(neutral.left_out);
    CHECK(neutral.left_out->code == "no-group-yet");
    CHECK(neutral.left_out->text.find("meet") == std::string::npos);
    CHECK(neutral.left_out->what_would_help.find("facilitator") != std::string::npos);
  }
}

TEST_CASE("a family with a group is not told that it has none") {
  const auto told = proposals_for(beech, run_that_left_out("distance"));
  CHECK(told.items.size() == 1);
  CHECK_FALSE(told.left_out);
}

TEST_CASE("a run says in plain words what its groups are made of, and how much better is possible") {
  auto run = run_that_left_out("distance");
  run.score = 996;
  CHECK_FALSE(report_of(run).gap);
  run.bound = 1'000;
  const auto report = report_of(run);
  REQUIRE(report.gap);
  CHECK(*report.gap == 0.004);
  REQUIRE(report.groups[0].terms.size() == 1);
  CHECK(report.groups[0].terms[0].title == "How near in age the children are");
  CHECK(report.groups[0].terms[0].value == 0.75);
}

TEST_CASE("a run tells how many would rather be elsewhere only where every move that all agree on was made") {
  const auto ids = make_seeded_ids(1);
  Proposal proposal;
  proposal.rather_elsewhere = 2;
  CHECK_FALSE(report_of(stored_run(proposal, {}, *ids, {})).rather_elsewhere);
  proposal.blocking_moves = 0;
  CHECK(report_of(stored_run(proposal, {}, *ids, {})).rather_elsewhere == 2);
}

TEST_CASE("a map has the districts of the run's families and offers, and no others") {
  const auto family_in = [](const Id<"family">& id, const std::string& place) {
    families::MatchingFamily family;
    family.id = id;
    family.place = place;
    family.latitude = 53.4;
    return family;
  };
  const Id<"family"> stranger("0190a000-0000-7000-8000-00000000000c");
  catalogue::OfferForMatching offer;
  offer.id = swimming;
  offer.place = "M33";
  const auto map = map_of(run_that_left_out("distance"),
                          {family_in(alder, "M33"), family_in(beech, "WA15"), family_in(stranger, "M41")},
                          {{alder, {}, "Alder"}, {beech, {}, "Beech"}}, {offer});
  REQUIRE(map.places.size() == 2);
  CHECK(map.places[0].district == "M33");
  CHECK(map.places[0].offers == std::vector{swimming});
  REQUIRE(map.places[0].families.size() == 1);
  CHECK(map.places[0].families[0].known_as == "Alder");
  CHECK(map.places[1].district == "WA15");
}
