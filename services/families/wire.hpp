// What families look like on the wire.
#pragma once

#include "services/families/model.hpp"
#include "shared/http/router.hpp"
#include "shared/json/wire.hpp"

namespace cp::families {

// ---------------------------------------------------------------- parts

struct SlotView {
  std::int64_t weekday = 1;
  std::int64_t from_minute = 0;
  std::int64_t to_minute = 0;
};
constexpr auto wire(const SlotView*) {
  return json::object(
      "FamilySlot", json::field("weekday", &SlotView::weekday, "1 is Monday.", json::between(1, 7)),
      json::field("from_minute", &SlotView::from_minute, "Local minutes after midnight.",
                  json::between(0, 1'440)),
      json::field("to_minute", &SlotView::to_minute, "After `from_minute`.", json::between(0, 1'440)));
}

struct InterestView {
  std::string activity_type;
  std::int64_t weight = 1;
};
constexpr auto wire(const InterestView*) {
  return json::object(
      "FamilyInterest",
      json::field("activity_type", &InterestView::activity_type, "A type of the catalogue.",
                  json::between(1, 120)),
      json::field("weight", &InterestView::weight, "From 1 (would be nice) to 5 (most wanted).",
                  json::between(1, 5)));
}

struct ChildInput {
  std::optional<Id<"child">> id;
  std::string nickname;
  Month birth_month = {};
  std::vector<Need> needs;
  std::int64_t support_adults = 0;
  std::int64_t support_children = 1;
  bool wheelchair = false;
  std::vector<Behaviour> behaviours;
};
constexpr auto wire(const ChildInput*) {
  return json::object(
      "ChildInput", json::field("id", &ChildInput::id, "A child already known; left out for a new one."),
      json::field("nickname", &ChildInput::nickname, "Any name the family knows it by.",
                  json::between(1, 40)),
      json::field("birth_month", &ChildInput::birth_month, "The month of birth; the day is not asked."),
      json::field("needs", &ChildInput::needs, "What it needs catered for.", json::between(0, 13)),
      json::field("support_adults", &ChildInput::support_adults, "This many adults ...",
                  json::between(0, 4)),
      json::field("support_children", &ChildInput::support_children, "... for this many children.",
                  json::between(1, 10)),
      json::field("wheelchair", &ChildInput::wheelchair, "Whether it uses a wheelchair."),
      json::field("behaviours", &ChildInput::behaviours, "What others may have to keep away from.", json::between(0, 5)));
}

struct ChildView {
  Id<"child"> id;
  std::string nickname;
  Month birth_month = {};
  AgeBand age_band = AgeBand::to_5;
  std::vector<Need> needs;
  std::int64_t support_adults = 0;
  std::int64_t support_children = 1;
  bool wheelchair = false;
  std::vector<Behaviour> behaviours;
};
constexpr auto wire(const ChildView*) {
  return json::object(
      "ChildView", json::field("id", &ChildView::id, "The child."),
      json::field("nickname", &ChildView::nickname, "Any name the family knows it by."),
      json::field("birth_month", &ChildView::birth_month, "The month of birth."),
      json::field("age_band", &ChildView::age_band, "Its age now, as a band."),
      json::field("needs", &ChildView::needs, "What it needs catered for."),
      json::field("support_adults", &ChildView::support_adults, "This many adults ..."),
      json::field("support_children", &ChildView::support_children, "... for this many children."),
      json::field("wheelchair", &ChildView::wheelchair, "Whether it uses a wheelchair."),
      json::field("behaviours", &ChildView::behaviours, "What others may have to keep away from."));
}

// ---------------------------------------------------------------- families

struct FamilyInput {
  std::string known_as;
  std::vector<ChildInput> children;
  std::string place;
  std::vector<SlotView> slots;
  std::vector<InterestView> interests;
  std::int64_t max_miles = 10;
  Mixing mixing = Mixing::either;
  std::vector<Id<"family">> with;
  std::vector<Id<"family">> not_with;
  std::vector<Language> languages;
  bool needs_shared_language = false;
  std::vector<Behaviour> not_with_behaviours;
  std::optional<std::int64_t> wished_groups;
  bool looking = false;
};
constexpr auto wire(const FamilyInput*) {
  return json::object(
      "FamilyInput",
      json::field("known_as", &FamilyInput::known_as, "A first name or nickname that pool members see.",
                  json::between(1, 40)),
      json::field("children", &FamilyInput::children, "The disabled children of the family.",
                  json::between(1, 8)),
      json::field("place", &FamilyInput::place, "A postcode district, such as M33.", json::between(1, 12)),
      json::field("slots", &FamilyInput::slots, "When the family can come.", json::between(0, 50)),
      json::field("interests", &FamilyInput::interests, "What it would like.", json::between(0, 30)),
      json::field("max_miles", &FamilyInput::max_miles, "How far it would go.", json::between(1, 100)),
      json::field("mixing", &FamilyInput::mixing, "With children of like needs, of all kinds, or either."),
      json::field("with", &FamilyInput::with, "Families to be with.", json::between(0, 20)),
      json::field("not_with", &FamilyInput::not_with, "Families not to be with; they are not told.",
                  json::between(0, 20)),
      json::field("languages", &FamilyInput::languages, "What it speaks or signs, as BCP 47 tags, or `makaton`.", json::between(0, 24)),
      json::field("needs_shared_language", &FamilyInput::needs_shared_language, "Whether it needs one language in common with "
                                                                           "every family of its group."),
      json::field("not_with_behaviours", &FamilyInput::not_with_behaviours, "What its children must not meet.", json::between(0, 5)),
      json::field("wished_groups", &FamilyInput::wished_groups, "The most groups at a time; absent: one more than it has.", json::between(1, 5)),
      json::field("looking", &FamilyInput::looking, "Whether the family agrees to be matched."));
}

/// Only for the family itself and its facilitator.
struct FamilyView {
  Id<"family"> id;
  Id<"authority"> authority;
  std::string known_as;
  std::vector<ChildView> children;
  std::string place;
  std::vector<SlotView> slots;
  std::vector<InterestView> interests;
  std::int64_t max_miles = 10;
  Mixing mixing = Mixing::either;
  std::vector<Id<"family">> with;
  std::vector<Id<"family">> not_with;
  std::vector<Language> languages;
  bool needs_shared_language = false;
  std::vector<Behaviour> not_with_behaviours;
  std::optional<std::int64_t> wished_groups;
  bool looking = false;
  std::int64_t version = 1;
};
constexpr auto wire(const FamilyView*) {
  return json::object(
      "FamilyView", json::field("id", &FamilyView::id, "The family."),
      json::field("authority", &FamilyView::authority, "Where it lives."),
      json::field("known_as", &FamilyView::known_as, "The name pool members see."),
      json::field("children", &FamilyView::children, "Its disabled children."),
      json::field("place", &FamilyView::place, "A postcode district."),
      json::field("slots", &FamilyView::slots, "When it can come."),
      json::field("interests", &FamilyView::interests, "What it would like."),
      json::field("max_miles", &FamilyView::max_miles, "How far it would go."),
      json::field("mixing", &FamilyView::mixing, "With children of like needs, of all kinds, or either."),
      json::field("with", &FamilyView::with, "Families to be with."),
      json::field("not_with", &FamilyView::not_with, "Families not to be with."),
      json::field("languages", &FamilyView::languages, "What it speaks or signs, as BCP 47 tags, or `makaton`."),
      json::field("needs_shared_language", &FamilyView::needs_shared_language, "Whether it needs one language in common with "
                                                                           "every family of its group."),
      json::field("not_with_behaviours", &FamilyView::not_with_behaviours, "What its children must not meet."),
      json::field("wished_groups", &FamilyView::wished_groups, "The most groups at a time; absent: one more than it has."),
      json::field("looking", &FamilyView::looking, "Whether it agrees to be matched."),
      json::field("version", &FamilyView::version, "Also the ETag."));
}

struct FamilySummary {
  Id<"family"> id;
  std::string known_as;
  std::int64_t children = 0;
  bool looking = false;
  std::string place;
};
constexpr auto wire(const FamilySummary*) {
  return json::object("FamilySummary", json::field("id", &FamilySummary::id, "The family."),
                      json::field("known_as", &FamilySummary::known_as, "The name pool members see."),
                      json::field("children", &FamilySummary::children, "How many children."),
                      json::field("looking", &FamilySummary::looking, "Whether it agrees to be matched."),
                      json::field("place", &FamilySummary::place, "Its postcode district."));
}

struct PlaceView {
  std::string district;
  std::string name;
  double latitude = 0;
  double longitude = 0;
  std::string authority_name;
};
constexpr auto wire(const PlaceView*) {
  return json::object("PlaceView", json::field("district", &PlaceView::district, "A postcode district."),
                      json::field("name", &PlaceView::name, "What people call it."),
                      json::field("latitude", &PlaceView::latitude, "Degrees north."),
                      json::field("longitude", &PlaceView::longitude, "Degrees east."),
                      json::field("authority_name", &PlaceView::authority_name, "Where it is."));
}
struct PlaceList {
  std::vector<PlaceView> items;
};
constexpr auto wire(const PlaceList*) {
  return json::object("PlaceList", json::field("items", &PlaceList::items, "By authority and district."));
}

// ---------------------------------------------------------------- between services

struct FamilyCard {
  Id<"family"> id;
  Id<"authority"> authority;
  std::string known_as;
  std::int64_t children = 0;
  bool looking = false;
};
constexpr auto wire(const FamilyCard*) {
  return json::object("FamilyCard", json::field("id", &FamilyCard::id, "The family."),
                      json::field("authority", &FamilyCard::authority, "Where it lives."),
                      json::field("known_as", &FamilyCard::known_as, "The name pool members see."),
                      json::field("children", &FamilyCard::children, "How many children."),
                      json::field("looking", &FamilyCard::looking, "Whether it agrees to be matched."));
}

struct AuthorityList {
  std::vector<Id<"authority">> items;
};
constexpr auto wire(const AuthorityList*) {
  return json::object("FamilyAuthorities", json::field("items", &AuthorityList::items, "By id.", json::between(0, 10'000)));
}

struct MatchingChild {
  std::int64_t age_years = 0;
  std::vector<Need> needs;
  std::int64_t support_adults = 0;
  std::int64_t support_children = 1;
  bool wheelchair = false;
  std::vector<Behaviour> behaviours;
};
constexpr auto wire(const MatchingChild*) {
  return json::object(
      "ChildForMatching", json::field("age_years", &MatchingChild::age_years, "Whole years now."),
      json::field("needs", &MatchingChild::needs, "What it needs catered for."),
      json::field("support_adults", &MatchingChild::support_adults, "This many adults ..."),
      json::field("support_children", &MatchingChild::support_children, "... for this many children."),
      json::field("wheelchair", &MatchingChild::wheelchair, "Whether it uses a wheelchair."),
      json::field("behaviours", &MatchingChild::behaviours, "What others may have to keep away from."));
}

/// All that the matching engine is told of a family; no names.
struct MatchingFamily {
  Id<"family"> id;
  std::vector<MatchingChild> children;
  std::string place;
  double latitude = 0;
  double longitude = 0;
  std::vector<SlotView> slots;
  std::vector<InterestView> interests;
  std::int64_t max_miles = 10;
  Mixing mixing = Mixing::either;
  std::vector<Id<"family">> with;
  std::vector<Id<"family">> not_with;
  std::vector<Language> languages;
  bool needs_shared_language = false;
  std::vector<Behaviour> not_with_behaviours;
  std::optional<std::int64_t> wished_groups;
  std::optional<Timestamp> looking_since;
};
constexpr auto wire(const MatchingFamily*) {
  return json::object(
      "FamilyForMatching", json::field("id", &MatchingFamily::id, "The family."),
      json::field("children", &MatchingFamily::children, "Its disabled children."),
      json::field("place", &MatchingFamily::place, "Its postcode district."),
      json::field("latitude", &MatchingFamily::latitude, "The district's middle, degrees north."),
      json::field("longitude", &MatchingFamily::longitude, "The district's middle, degrees east."),
      json::field("slots", &MatchingFamily::slots, "When it can come."),
      json::field("interests", &MatchingFamily::interests, "What it would like."),
      json::field("max_miles", &MatchingFamily::max_miles, "How far it would go."),
      json::field("mixing", &MatchingFamily::mixing, "With like needs, all kinds, or either."),
      json::field("with", &MatchingFamily::with, "Families to be with."),
      json::field("not_with", &MatchingFamily::not_with, "Families not to be with."),
      json::field("languages", &MatchingFamily::languages, "What it speaks or signs, as BCP 47 tags, or `makaton`."),
      json::field("needs_shared_language", &MatchingFamily::needs_shared_language, "Whether it needs one language in common with "
                                                                           "every family of its group."),
      json::field("not_with_behaviours", &MatchingFamily::not_with_behaviours, "What its children must not meet."),
      json::field("wished_groups", &MatchingFamily::wished_groups, "The most groups at a time; absent: one more than it has."),
      json::field("looking_since", &MatchingFamily::looking_since, "Since when it has looked for a group."));
}

// ---------------------------------------------------------------- addresses

struct FamilyPath {
  Id<"family"> family;
};
constexpr auto wire(const FamilyPath*) {
  return json::object("FamilyPath", json::field("family", &FamilyPath::family, "The family."));
}
struct FamilyQuery {
  std::optional<bool> looking;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const FamilyQuery*) {
  return json::object(
      "FamilyQuery",
      json::field("looking", &FamilyQuery::looking, "Only families that agree, or do not, to be matched."),
      json::field("after", &FamilyQuery::after, "From the `next` of the page before."),
      json::field("limit", &FamilyQuery::limit, "Items on a page.", json::between(1, 500)));
}
struct PlaceQuery {
  std::optional<std::string> authority;
};
constexpr auto wire(const PlaceQuery*) {
  return json::object("PlaceQuery", json::field("authority", &PlaceQuery::authority,
                                                "Only places of the authority of this name."));
}
struct MatchingQuery {
  Id<"authority"> authority;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const MatchingQuery*) {
  return json::object(
      "MatchingFamiliesQuery", json::field("authority", &MatchingQuery::authority, "Whose families."),
      json::field("after", &MatchingQuery::after, "From the `next` of the page before."),
      json::field("limit", &MatchingQuery::limit, "Items on a page.", json::between(1, 500)));
}

}  // namespace cp::families
