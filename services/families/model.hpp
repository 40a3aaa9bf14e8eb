// A family, its children, and what it looks for.
#pragma once

#include "services/catalogue/needs.hpp"
#include "shared/core/id.hpp"
#include "shared/core/names.hpp"
#include "shared/core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cp::families {

using catalogue::Need;

/// The age bands of the evaluations' figures. Everybody but the family, its facilitator and the
/// matching engine sees no more of a child's age than this.
enum class AgeBand { to_5, to_13, to_15, from_16 };
constexpr auto names_of(AgeBand) {
  return names<AgeBand>({{AgeBand::to_5, "0-5"},
                         {AgeBand::to_13, "6-13"},
                         {AgeBand::to_15, "14-15"},
                         {AgeBand::from_16, "16+"}});
}

/// Whether a family wants to be with children of like needs, of all kinds, or does not mind.
enum class Mixing { mixed, similar, either };
constexpr auto names_of(Mixing) {
  return names<Mixing>(
      {{Mixing::mixed, "mixed"}, {Mixing::similar, "similar"}, {Mixing::either, "either"}});
}

/// What other families may have to keep away from. The order is stored: new ones go to the end.
enum class Behaviour { loud, rough, running_off, close_contact, throwing };
constexpr auto names_of(Behaviour) {
  return names<Behaviour>({{Behaviour::loud, "loud"},
                           {Behaviour::rough, "rough"},
                           {Behaviour::running_off, "running_off"},
                           {Behaviour::close_contact, "close_contact"},
                           {Behaviour::throwing, "throwing"}});
}

/// Languages that a family speaks or signs, by their BCP 47 tags; Makaton has none of its own. The
/// order is stored: new ones go to the end.
enum class Language { en, bfi, makaton, cy, pl, ro, pa, ur, pt, es, ar, bn, gu, it, fr, so, tr, ta, fa, ku, zh, uk, ru, hi };
constexpr auto names_of(Language) {
  return names<Language>({{Language::en, "en"}, {Language::bfi, "bfi"}, {Language::makaton, "makaton"},
                          {Language::cy, "cy"}, {Language::pl, "pl"},   {Language::ro, "ro"},
                          {Language::pa, "pa"}, {Language::ur, "ur"},   {Language::pt, "pt"},
                          {Language::es, "es"}, {Language::ar, "ar"},   {Language::bn, "bn"},
                          {Language::gu, "gu"}, {Language::it, "it"},   {Language::fr, "fr"},
                          {Language::so, "so"}, {Language::tr, "tr"},   {Language::ta, "ta"},
                          {Language::fa, "fa"}, {Language::ku, "ku"},   {Language::zh, "zh"},
                          {Language::uk, "uk"}, {Language::ru, "ru"},   {Language::hi, "hi"}});
}

/// `support_adults` for every `support_children`: 2 and 1 is two to one, 1 and 3 one adult for
/// three children, 0 and any number no adult of its own.
struct Child {
  Id<"child"> id;
  std::string nickname;
  Month birth_month = {};
  std::vector<Need> needs;  // in the order of the vocabulary, each once
  std::int64_t support_adults = 0;
  std::int64_t support_children = 1;
  bool wheelchair = false;
  std::vector<Behaviour> behaviours = {};  // in the list's order, each once
  bool operator==(const Child&) const = default;
};

/// A time of the week at which the family can come; local minutes after midnight, 1 = Monday.
struct Slot {
  std::int64_t weekday = 1;
  std::int64_t from_minute = 0;
  std::int64_t to_minute = 0;
  auto operator<=>(const Slot&) const = default;
};

/// How much an activity is wanted, from 1 to 5.
struct Interest {
  std::string activity_type;
  std::int64_t weight = 1;
  bool operator==(const Interest&) const = default;
};

struct Family {
  Id<"family"> id;
  Id<"authority"> authority;
  std::string known_as;
  std::vector<Child> children;  // as the family ordered them
  std::string place;            // a postcode district of `places.hpp`
  std::vector<Slot> slots;      // in order, not overlapping
  std::vector<Interest> interests;
  std::int64_t max_miles = 10;
  Mixing mixing = Mixing::either;
  std::vector<Id<"family">> with;      // wants to be with these
  std::vector<Id<"family">> not_with;  // told to nobody but the family and its facilitator
  std::vector<Language> languages = {};               // in the list's order, each once
  bool needs_shared_language = false;                 // with every family of its group
  std::vector<Behaviour> not_with_behaviours = {};    // told to nobody but the family and its facilitator
  std::optional<std::int64_t> wished_groups = {};     // at the same time; empty: one more than it has
  bool looking = false;                               // agrees to be matched with others
  std::optional<Timestamp> looking_since = {};        // while it does
  Timestamp created = {};
  std::int64_t version = 1;
  bool operator==(const Family&) const = default;
};

}  // namespace cp::families
