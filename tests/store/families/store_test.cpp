#include "services/families/store.hpp"
#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace cp {
extern const std::string_view families_schema;
}

using namespace cp;
using namespace cp::families;
using namespace std::chrono;

namespace {

const Timestamp now = from_microseconds(1'800'000'000'000'000);

void on_each(const std::function<void(db::Tx&, IdSource&)>& body) {
  test::for_each_database({{"families", families_schema}}, [&](db::Database& database) {
    const auto ids = make_seeded_ids(11);
    database.write_now([&](db::Tx& tx) { body(tx, *ids); });
  });
}

Family some_family(IdSource& ids, const Id<"authority">& authority, seconds later = 0s) {
  Family family;
  family.id = ids.make<"family">(now + later);
  family.authority = authority;
  family.known_as = "Sam";
  family.children = {{ids.make<"child">(now), "Bo", 2014y / March, {Need::autism, Need::epilepsy}, 1, 2, true, {Behaviour::loud}},
                     {ids.make<"child">(now), "Kit", 2018y / June, {}, 0, 1, false}};
  family.place = "M33";
  family.slots = {{2, 960, 1080}, {6, 600, 720}};
  family.interests = {{"Swimming", 5}, {"Groups: Arts and Drama", 2}};
  family.max_miles = 4;
  family.mixing = Mixing::similar;
  family.languages = {Language::bfi, Language::pl};
  family.needs_shared_language = true;
  family.not_with_behaviours = {Behaviour::rough, Behaviour::throwing};
  family.wished_groups = 2;
  family.looking = true;
  family.looking_since = now;
  family.created = now;
  return family;
}

}  // namespace

TEST_CASE("a family is kept whole") {
  on_each([](db::Tx& tx, IdSource& ids) {
    const auto authority = ids.make<"authority">(now);
    auto family = some_family(ids, authority);
    family.with = {ids.make<"family">(now)};
    family.not_with = {ids.make<"family">(now), ids.make<"family">(now + 1s)};
    CHECK(store::insert(tx, family));
    CHECK(store::find(tx, family.id) == family);
    CHECK_FALSE(store::insert(tx, family));
    CHECK_FALSE(store::find(tx, ids.make<"family">(now)));
  });
}

TEST_CASE("a profile is replaced by whoever saw its newest version") {
  on_each([](db::Tx& tx, IdSource& ids) {
    auto family = some_family(ids, ids.make<"authority">(now));
    store::insert(tx, family);
    auto late = family;
    std::swap(family.children[0], family.children[1]);
    family.children[1].needs.clear();
    family.slots.clear();
    family.interests = {{"Riding", 1}};
    family.looking = false;
    family.looking_since.reset();
    family.wished_groups.reset();
    family.languages.clear();
    family.not_with = {ids.make<"family">(now)};
    CHECK(store::update(tx, family));
    CHECK(family.version == 2);
    CHECK(store::find(tx, family.id) == family);
    CHECK_FALSE(store::update(tx, late));
    CHECK(store::find(tx, family.id) == family);
  });
}

TEST_CASE("lists hold one authority's families, in order, page by page") {
  on_each([](db::Tx& tx, IdSource& ids) {
    const auto trafford = ids.make<"authority">(now);
    const auto plymouth = ids.make<"authority">(now);
    std::vector<Family> made;
    for (int number = 0; number < 6; ++number) {
      auto family = some_family(ids, number == 2 ? plymouth : trafford, seconds(number));
      family.known_as = "family " + std::to_string(number);
      family.looking = number != 3;
      if (number == 4) family.children.pop_back();
      if (number == 5) family.with = {made[0].id};
      store::insert(tx, family);
      made.push_back(family);
    }
    const auto names = [](const auto& rows) {
      std::vector<std::string> found;
      for (const auto& row : rows) found.push_back(row.known_as);
      return found;
    };
    using Names = std::vector<std::string>;
    store::Filter filter{trafford, {}, {}, 3};
    CHECK(names(store::summaries(tx, filter)) == Names{"family 0", "family 1", "family 3"});
    filter.after = made[3].id.text();
    const auto rest = store::summaries(tx, filter);
    CHECK(names(rest) == Names{"family 4", "family 5"});
    CHECK(rest[0].children == 1);
    CHECK(rest[1].children == 2);
    CHECK(rest[0].place == "M33");

    store::Filter looking{trafford, true, {}, 10};
    CHECK(store::list(tx, looking) == std::vector<Family>{made[0], made[1], made[4], made[5]});
    looking.limit = 2;
    looking.after = made[0].id.text();
    CHECK(store::list(tx, looking) == std::vector<Family>{made[1], made[4]});
    looking.looking = false;
    looking.after.clear();
    CHECK(store::list(tx, looking) == std::vector<Family>{made[3]});
  });
}

TEST_CASE("families of other authorities are not known") {
  on_each([](db::Tx& tx, IdSource& ids) {
    const auto trafford = ids.make<"authority">(now);
    const auto here = some_family(ids, trafford);
    const auto there = some_family(ids, ids.make<"authority">(now));
    store::insert(tx, here);
    store::insert(tx, there);
    const auto nowhere = ids.make<"family">(now);
    CHECK(store::known_in(tx, trafford, {there.id, here.id, nowhere}) == std::vector{here.id});
    CHECK(store::known_in(tx, trafford, {}).empty());
  });
}

TEST_CASE("authorities are told in which a family looks for a group, each once") {
  on_each([](db::Tx& tx, IdSource& ids) {
    const auto trafford = ids.make<"authority">(now);
    auto one = some_family(ids, trafford);
    auto two = some_family(ids, trafford, 1s);
    auto other = some_family(ids, ids.make<"authority">(now), 2s);
    other.looking = false;
    for (const auto& family : {one, two, other}) store::insert(tx, family);
    CHECK(store::looking_authorities(tx) == std::vector<Id<"authority">>{trafford});
  });
}
