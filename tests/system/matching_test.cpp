// What a facilitator tries out on a matching run, over HTTP, on SQLite and on PostgreSQL: what becomes of the whole, what is
// kept of it, and what a family learns.
#include "matching/nights.hpp"
#include "tests/system/story.hpp"

#include <thread>

using namespace cp;
using namespace cp::test;

namespace {

Json changes(const std::string& kind, const std::string& family, const std::string& field = {}, const std::string& value = {}) {
  Json change = {{"kind", kind}, {"family", family}};
  if (!field.empty()) change[field] = value;
  return {{"changes", Json::array({change})}};
}

/// Changes a family's profile.
void rewrite(FamilyActor& family, const std::function<void(Json&)>& change) {
  auto profile = family.browser.get("/v1/families/mine").expect(200).json();
  const auto version = profile.at("version").get<std::int64_t>();
  for (const auto* not_written : {"id", "authority", "version"}) profile.erase(not_written);
  for (auto& child : profile.at("children")) child.erase("age_band");
  change(profile);
  family.browser.if_match(version).put("/v1/families/mine", profile.dump()).expect(200);
}

Json runs_once_there(Story& story, std::size_t count) {
  const auto read = [&] { return story.facilitator.get("/v1/matching/runs").expect(200).json().at("items"); };
  for (int look = 0; look < 300 && read().size() < count; ++look) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return read();
}

}  // namespace

TEST_CASE("a facilitator tries something out, keeps it as a run of its own, and the family is told in neutral words") {
  on_each([](Story& story) {
    const auto swimming = story.offer();
    const auto drama = story.offer({.title = "Drama", .activity_type = "Groups: Afterschool"});
    auto& alder = story.family("alder", 300'000);
    auto& beech = story.family("beech", 300'000);
    auto& cedar = story.family("cedar", 300'000);
    auto run = story.facilitator.post("/v1/matching/runs").expect(201).json();
    REQUIRE(run.at("groups").size() == 1);
    REQUIRE(run.at("groups")[0].at("families").size() == 3);
    CHECK_FALSE(run.at("groups")[0].at("terms").empty());
    const auto what_if = "/v1/matching/runs/" + run.at("id").get<std::string>() + "/what-if";

    // Nothing of it is kept: two pay more, one has no group.
    const auto forbid = changes("forbid", cedar.id, "run", swimming.run);
    const auto tried = story.facilitator.post(what_if, forbid.dump()).expect(200).json();
    CHECK(tried.at("score_after").get<std::int64_t>() < tried.at("score_before").get<std::int64_t>());
    REQUIRE(tried.at("lost").size() == 1);
    CHECK(tried.at("lost")[0].at("family") == cedar.id);
    CHECK(tried.at("lost")[0].at("known_as").is_string());
    CHECK(tried.at("gained").empty());
    REQUIRE(tried.at("paying").size() == 2);
    for (const auto& family : tried.at("paying")) {
      CHECK(family.at("now").at("pence").get<std::int64_t>() > family.at("before").at("pence").get<std::int64_t>());
    }
    CHECK(story.facilitator.get("/v1/matching/runs").expect(200).json().at("items").size() == 1);
    CHECK(cedar.browser.get("/v1/matching/proposals").expect(200).json().at("items").size() == 1);

    // Kept, once however often it is sent.
    story.app.clock().set(story.app.clock().now() + std::chrono::seconds(1));
    auto keep = forbid;
    keep["from"] = run.at("id");
    const auto kept = story.facilitator.key("keep-it").post("/v1/matching/runs", keep.dump()).expect(201).json();
    CHECK(story.facilitator.key("keep-it").post("/v1/matching/runs", keep.dump()).expect(201).json().at("id") == kept.at("id"));
    CHECK(kept.at("from") == run.at("id"));
    REQUIRE(kept.at("changes").size() == 1);
    CHECK(kept.at("changes")[0].at("kind") == "forbid");
    REQUIRE(kept.at("left_out").size() == 1);
    CHECK(kept.at("left_out")[0].at("family") == cedar.id);
    const auto told = cedar.browser.get("/v1/matching/proposals").expect(200).json();
    CHECK(told.at("items").empty());
    CHECK(told.at("left_out").at("code") == "no-group-yet");
    CHECK(told.dump().find(alder.id) == std::string::npos);

    // Without Beech as well, there is nobody to be a group with.
    const auto later = "/v1/matching/runs/" + kept.at("id").get<std::string>() + "/what-if";
    const auto alone = story.facilitator.post(later, changes("remove", beech.id).dump()).expect(200).json();
    CHECK(alone.at("groups").empty());
    CHECK(alone.at("lost").size() == 2);

    // What a rule forbids is refused with the rule, and what makes no sense with the field.
    const auto refused = story.facilitator.post(what_if, changes("pin", cedar.id, "run", drama.run).dump()).expect(409).json();
    CHECK(refused.at("code") == "family-cannot-join");
    CHECK(refused.at("rule") == "activity");
    CHECK(refused.at("detail").get<std::string>().starts_with("This family cannot be in this run."));
    CHECK(story.facilitator.post(what_if, changes("swap", alder.id, "other", beech.id).dump()).expect(409).json().at("code") ==
          "nothing-to-swap");
    story.facilitator.post(what_if, changes("swap", alder.id, "run", swimming.run).dump()).expect(422);
    story.facilitator.post(what_if, changes("pin", alder.id).dump()).expect(422);
    story.facilitator.post(what_if, changes("pin", story.authority, "run", swimming.run).dump()).expect(422);
    story.facilitator.post("/v1/matching/runs", forbid.dump()).expect(422);
    story.commissioner.post(what_if, forbid.dump()).expect(403);
    alder.browser.post(what_if, forbid.dump()).expect(403);
  });
}

TEST_CASE("a run shows where it is and which pool came of a group, and no family sees the map") {
  on_each([](Story& story) {
    const auto swimming = story.offer();
    auto& alder = story.family("alder", 300'000);
    story.family("beech", 300'000);
    const auto run = story.facilitator.post("/v1/matching/runs").expect(201).json();
    CHECK(run.at("rather_elsewhere") == 0);
    const auto group = run.at("groups").at(0);
    CHECK(group.at("pool").is_null());
    const Json confirm = {{"offer", group.at("offer")},   {"run", group.at("run")}, {"families", Json::array()},
                          {"matching_run", run.at("id")}, {"group", group.at("id")}, {"reasons", Json::array()}};
    const auto pool = story.facilitator.post("/v1/pools", confirm.dump()).expect(201).json();
    const auto path = "/v1/matching/runs/" + run.at("id").get<std::string>();
    CHECK(story.facilitator.get(path).expect(200).json().at("groups")[0].at("pool") == pool.at("id"));

    const auto map = story.commissioner.get(path + "/map").expect(200).json();
    std::size_t families = 0, offers = 0;
    for (const auto& place : map.at("places")) {
      families += place.at("families").size();
      offers += place.at("offers").size();
      CHECK(place.at("latitude").get<double>() > 50);
    }
    CHECK(families == 2);
    CHECK(offers == 1);
    alder.browser.get(path + "/map").expect(403);
    CHECK(swimming.id == group.at("offer"));
  });
}

TEST_CASE("what must not mix keeps two families apart, and only the facilitator hears why") {
  on_each([](Story& story) {
    story.offer();
    auto& alder = story.family("alder", 300'000);
    auto& beech = story.family("beech", 300'000);
    auto& cedar = story.family("cedar", 300'000);
    rewrite(alder, [](Json& profile) { profile.at("children")[0]["behaviours"] = {"loud"}; });
    rewrite(beech, [](Json& profile) { profile["not_with_behaviours"] = {"loud"}; });
    const auto run = story.facilitator.post("/v1/matching/runs").expect(201).json();
    for (const auto& group : run.at("groups")) CHECK(group.at("families").size() == 2);
    const auto path = "/v1/matching/runs/" + run.at("id").get<std::string>() + "/why-not?family=" + alder.id;
    const auto why = story.facilitator.get(path + "&other=" + beech.id).expect(200).json();
    CHECK(why.at("code") == "not-with");
    CHECK(why.at("text") == "One of them is not to be in a group with the other.");
    CHECK(why.at("for_parents").get<std::string>().find("not to be") == std::string::npos);
    CHECK(story.facilitator.get(path + "&other=" + cedar.id).expect(200).json().at("code") != "not-with");
    story.facilitator.get(path + "&other=" + alder.id).expect(422);
    story.facilitator.get(path + "&other=" + story.authority).expect(422);
    story.commissioner.get(path + "&other=" + beech.id).expect(403);
    beech.browser.get(path + "&other=" + beech.id).expect(403);
  });
}

TEST_CASE("families who want the same and have no offer are told of as a group without one") {
  on_each([](Story& story) {
    story.offer();
    auto& alder = story.family("alder", 300'000);
    auto& beech = story.family("beech", 300'000);
    for (auto* family : {&alder, &beech}) {
      rewrite(*family, [](Json& profile) { profile["interests"] = {{{"activity_type", "Sailing"}, {"weight", 5}}}; });
    }
    const auto run = story.facilitator.post("/v1/matching/runs").expect(201).json();
    CHECK(run.at("groups").empty());
    REQUIRE(run.at("unmet").size() == 1);
    const auto& unmet = run.at("unmet")[0];
    CHECK(unmet.at("activity_type") == "Sailing");
    CHECK(unmet.at("families").size() == 2);
    CHECK(unmet.at("families")[0].at("known_as").is_string());
    CHECK(unmet.at("text").get<std::string>().find("alder") == std::string::npos);
  });
}

TEST_CASE("groups are looked for every night, once for each authority, and nights that were missed are not made up one by one") {
  const auto tell = [](TestApplication& app) {
    Story story(app);
    story.offer({.first_date = "2027-01-02"});
    story.family("alder", 300'000);
    story.family("beech", 300'000);
    const auto now = app.clock().now();
    app.clock().set(now + std::chrono::days(3));
    app.application().outbox().look();
    const auto runs = runs_once_there(story, 1);
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].at("night") == to_text(day_of(matching::next_night(now, 120))));
    CHECK(runs[0].at("families") == 2);

    app.clock().set(now + std::chrono::days(4));
    app.application().outbox().look();
    CHECK(runs_once_there(story, 2).size() == 2);
    // The first is older than runs are kept when the next night comes.
    app.clock().set(now + std::chrono::days(11));
    app.application().outbox().look();
    for (int look = 0; look < 300 && runs_once_there(story, 1).size() != 1; ++look) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    CHECK(runs_once_there(story, 1).size() == 1);
  };
  for_each_application(all_services(), tell,
                       {{"session.hours", "720"}, {"matching.night_minute", "120"}, {"matching.keep_days", "5"}});
}
