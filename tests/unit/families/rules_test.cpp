#include "services/families/rules.hpp"

#include <catch2/catch_test_macros.hpp>

#include <functional>

using namespace cp;
using namespace cp::families;
using namespace std::chrono;

namespace {

const Date today = 2026y / November / 23d;

Id<"child"> child_id(int number) { return Id<"child">("00000000-0000-7000-8000-00000000010" + std::to_string(number)); }
Id<"family"> family_id(int number) { return Id<"family">("00000000-0000-7000-8000-00000000020" + std::to_string(number)); }

const std::vector<Id<"child">> fresh{child_id(1), child_id(2), child_id(3)};

Family good_family() {
  Family family;
  family.id = family_id(1);
  family.known_as = "Sam";
  family.children = {{{}, "Bo", 2014y / March, {Need::autism}, 1, 2, false}};
  family.place = "M33";
  family.slots = {{6, 600, 720}};
  family.interests = {{"Groups: Arts and Drama", 5}};
  return family;
}

/// The pointers of what is refused, in order.
std::vector<std::string> refused(const Family& wanted, const std::optional<Family>& before = {}) {
  const auto written = write_profile(before, wanted, fresh, today);
  std::vector<std::string> pointers;
  if (written) return pointers;
  for (const auto& field : written.error().fields) pointers.push_back(field.pointer);
  return pointers;
}

using Pointers = std::vector<std::string>;

}  // namespace

TEST_CASE("an age is counted from the first of the month of birth") {
  struct Row {
    Month born;
    std::int64_t years;
    AgeBand band;
  };
  for (const auto& row : std::vector<Row>{{2026y / November, 0, AgeBand::to_5},
                                          {2020y / December, 5, AgeBand::to_5},
                                          {2020y / November, 6, AgeBand::to_13},
                                          {2012y / December, 13, AgeBand::to_13},
                                          {2012y / November, 14, AgeBand::to_15},
                                          {2010y / December, 15, AgeBand::to_15},
                                          {2010y / November, 16, AgeBand::from_16},
                                          {2001y / January, 25, AgeBand::from_16}}) {
    CAPTURE(to_text(row.born));
    CHECK(age_years(row.born, today) == row.years);
    CHECK(age_band(age_years(row.born, today)) == row.band);
  }
}

TEST_CASE("slots that touch or overlap become one") {
  using Slots = std::vector<Slot>;
  CHECK(joined({}) == Slots{});
  CHECK(joined({{6, 700, 800}, {6, 600, 720}}) == Slots{{6, 600, 800}});
  CHECK(joined({{6, 600, 700}, {6, 700, 800}}) == Slots{{6, 600, 800}});
  CHECK(joined({{6, 600, 900}, {6, 700, 800}}) == Slots{{6, 600, 900}});
  CHECK(joined({{7, 600, 700}, {6, 600, 700}}) == Slots{{6, 600, 700}, {7, 600, 700}});
  CHECK(joined({{6, 600, 700}, {6, 701, 800}}) == Slots{{6, 600, 700}, {6, 701, 800}});
}

TEST_CASE("a profile is tidied and its children get ids") {
  auto wanted = good_family();
  wanted.known_as = "  Sam ";
  wanted.children.push_back({{}, " Kit ", 2018y / June, {Need::other, Need::learning, Need::other}, 2, 1, true});
  wanted.not_with = {family_id(5), family_id(4)};
  const auto written = write_profile(std::nullopt, wanted, fresh, today);
  REQUIRE(written.has_value());
  CHECK(written->known_as == "Sam");
  CHECK(written->children[0].id == child_id(1));
  CHECK(written->children[1].id == child_id(2));
  CHECK(written->children[1].nickname == "Kit");
  CHECK(written->children[1].needs == std::vector{Need::learning, Need::other});
  CHECK(written->not_with == std::vector{family_id(4), family_id(5)});
  CHECK(written->version == 1);
}

TEST_CASE("a child keeps its id when the profile is written again") {
  const auto before = write_profile(std::nullopt, good_family(), fresh, today);
  REQUIRE(before.has_value());
  auto kept = *before;
  kept.version = 7;
  kept.created = from_microseconds(5);
  auto wanted = good_family();
  wanted.children[0].id = child_id(1);
  wanted.children.push_back({{}, "Kit", 2018y / June, {}, 0, 1, false});
  const std::vector<Id<"child">> newer{child_id(7), child_id(8)};
  const auto after = write_profile(kept, wanted, newer, today);
  REQUIRE(after.has_value());
  CHECK(after->children[0].id == child_id(1));
  CHECK(after->children[1].id == child_id(8));
  CHECK(after->version == 7);
  CHECK(after->created == from_microseconds(5));
}

TEST_CASE("what is wrong with a profile is said at the field") {
  struct Row {
    const char* what;
    std::function<void(Family&)> spoil;
    Pointers pointers;
  };
  const std::vector<Row> rows{
      {"nothing", [](Family&) {}, {}},
      {"no name", [](Family& family) { family.known_as = "  "; }, {"/known_as"}},
      {"two lines", [](Family& family) { family.known_as = "a\nb"; }, {"/known_as"}},
      {"unknown place", [](Family& family) { family.place.clear(); }, {"/place"}},
      {"not born yet", [](Family& family) { family.children[0].birth_month = 2026y / December; },
       {"/children/0/birth_month"}},
      {"too old", [](Family& family) { family.children[0].birth_month = 2000y / November; },
       {"/children/0/birth_month"}},
      {"nameless child", [](Family& family) { family.children[0].nickname = " "; }, {"/children/0/nickname"}},
      {"somebody else's child", [](Family& family) { family.children[0].id = child_id(9); }, {"/children/0/id"}},
      {"backwards", [](Family& family) { family.slots.push_back({1, 60, 60}); }, {"/slots/1/to_minute"}},
      {"an interest twice", [](Family& family) { family.interests.push_back(family.interests[0]); },
       {"/interests/1/activity_type"}},
      {"itself", [](Family& family) { family.with = {family.id}; }, {"/with/0"}},
      {"twice", [](Family& family) { family.not_with = {family_id(2), family_id(2)}; }, {"/not_with/1"}},
      {"both", [](Family& family) { family.with = family.not_with = {family_id(2)}; }, {"/not_with/0"}},
      {"several at once",
       [](Family& family) {
         family.known_as.clear();
         family.place.clear();
         family.slots = {{1, 5, 1}};
       },
       {"/known_as", "/place", "/slots/0/to_minute"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    auto family = good_family();
    row.spoil(family);
    CHECK(refused(family) == row.pointers);
  }
}

TEST_CASE("one child's id cannot be given twice") {
  auto before = good_family();
  before.children[0].id = child_id(1);
  auto wanted = before;
  wanted.children.push_back(before.children[0]);
  CHECK(refused(wanted, before) == Pointers{"/children/1/id"});
}

TEST_CASE("wishes are about families of the same authority") {
  auto family = good_family();
  family.with = {family_id(2)};
  family.not_with = {family_id(3), family_id(4)};
  CHECK(check_wishes(family, {family_id(2), family_id(3), family_id(4)}).has_value());
  const auto checked = check_wishes(family, {family_id(3)});
  REQUIRE(checked.has_error());
  REQUIRE(checked.error().fields.size() == 2);
  CHECK(checked.error().fields[0].pointer == "/with/0");
  CHECK(checked.error().fields[1].pointer == "/not_with/1");
}

TEST_CASE("languages and behaviours are kept in the order of their lists, each once") {
  auto wanted = good_family();
  wanted.languages = {Language::pl, Language::en, Language::pl};
  wanted.not_with_behaviours = {Behaviour::throwing, Behaviour::loud};
  wanted.children[0].behaviours = {Behaviour::rough, Behaviour::loud, Behaviour::rough};
  const auto written = write_profile(std::nullopt, wanted, fresh, today);
  REQUIRE(written.has_value());
  CHECK(written->languages == std::vector<Language>{Language::en, Language::pl});
  CHECK(written->not_with_behaviours == std::vector<Behaviour>{Behaviour::loud, Behaviour::throwing});
  CHECK(written->children[0].behaviours == std::vector<Behaviour>{Behaviour::loud, Behaviour::rough});
}

TEST_CASE("who needs a language in common says which there could be") {
  auto wanted = good_family();
  wanted.needs_shared_language = true;
  CHECK(refused(wanted) == Pointers{"/languages"});
  wanted.languages = {Language::bfi};
  CHECK(refused(wanted).empty());
}

TEST_CASE("a family has looked since it last began to") {
  const auto at = [](int day) { return from_microseconds(1'800'000'000'000'000 + day * 86'400'000'000); };
  auto before = good_family();
  auto wanted = good_family();
  const auto since = [&] { return write_profile(before, wanted, fresh, today)->looking_since; };
  wanted.looking_since = at(9);
  wanted.looking = true;
  CHECK(since() == at(9));
  before.looking = true;
  before.looking_since = at(2);
  CHECK(since() == at(2));
  wanted.looking = false;
  CHECK_FALSE(since().has_value());
}
