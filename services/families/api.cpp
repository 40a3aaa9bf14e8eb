#include "services/families/api.hpp"

#include "services/catalogue/places.hpp"
#include "services/families/rules.hpp"
#include "shared/http/commit.hpp"
#include "shared/http/cursor.hpp"

#include <algorithm>
#include <cctype>

namespace cp::families {
namespace {

using http::Answer;
using http::NoParams;
using http::Page;
using http::Request;

Error no_family() {
  Error error = not_found("Your family's profile is still empty. Fill it in to get started.");
  error.code = "no-family";
  return error;
}

Error if_match_needed() {
  Error error;
  error.kind = ErrorKind::precondition_required;
  error.code = "if-match-needed";
  error.detail = "Name in If-Match the version you saw: the ETag of your last read.";
  return error;
}

std::vector<SlotView> view(const std::vector<Slot>& slots) {
  std::vector<SlotView> views;
  for (const auto& slot : slots) views.push_back({slot.weekday, slot.from_minute, slot.to_minute});
  return views;
}

std::vector<InterestView> view(const std::vector<Interest>& interests) {
  std::vector<InterestView> views;
  for (const auto& interest : interests) views.push_back({interest.activity_type, interest.weight});
  return views;
}

FamilyView view(const Family& family, Date today) {
  FamilyView out;
  out.id = family.id;
  out.authority = family.authority;
  out.known_as = family.known_as;
  for (const auto& child : family.children) {
    out.children.push_back({child.id, child.nickname, child.birth_month,
                            age_band(age_years(child.birth_month, today)), child.needs,
                            child.support_adults, child.support_children, child.wheelchair, child.behaviours});
  }
  out.place = family.place;
  out.slots = view(family.slots);
  out.interests = view(family.interests);
  out.max_miles = family.max_miles;
  out.mixing = family.mixing;
  out.with = family.with;
  out.not_with = family.not_with;
  out.languages = family.languages;
  out.needs_shared_language = family.needs_shared_language;
  out.not_with_behaviours = family.not_with_behaviours;
  out.wished_groups = family.wished_groups;
  out.looking = family.looking;
  out.version = family.version;
  return out;
}

MatchingFamily matching_view(const Family& family, Date today) {
  MatchingFamily out;
  out.id = family.id;
  for (const auto& child : family.children) {
    out.children.push_back({age_years(child.birth_month, today), child.needs, child.support_adults,
                            child.support_children, child.wheelchair, child.behaviours});
  }
  out.place = family.place;
  if (const auto* place = catalogue::find_place(family.place)) {
    out.latitude = place->latitude;
    out.longitude = place->longitude;
  }
  out.slots = view(family.slots);
  out.interests = view(family.interests);
  out.max_miles = family.max_miles;
  out.mixing = family.mixing;
  out.with = family.with;
  out.not_with = family.not_with;
  out.languages = family.languages;
  out.needs_shared_language = family.needs_shared_language;
  out.not_with_behaviours = family.not_with_behaviours;
  out.wished_groups = family.wished_groups;
  out.looking_since = family.looking_since;
  return out;
}

Family family_from(const FamilyInput& input) {
  Family family;
  family.known_as = input.known_as;
  for (const auto& child : input.children) {
    family.children.push_back({child.id.value_or(Id<"child">()), child.nickname, child.birth_month,
                               child.needs, child.support_adults, child.support_children,
                               child.wheelchair, child.behaviours});
  }
  if (const auto* place = catalogue::find_place(input.place)) family.place = place->district;
  for (const auto& slot : input.slots) family.slots.push_back({slot.weekday, slot.from_minute, slot.to_minute});
  for (const auto& interest : input.interests) family.interests.push_back({interest.activity_type, interest.weight});
  family.max_miles = input.max_miles;
  family.mixing = input.mixing;
  family.with = input.with;
  family.not_with = input.not_with;
  family.languages = input.languages;
  family.needs_shared_language = input.needs_shared_language;
  family.not_with_behaviours = input.not_with_behaviours;
  family.wished_groups = input.wished_groups;
  family.looking = input.looking;
  return family;
}

bool same_text(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::vector<std::string> id_of(const auto& row) {
  return {row.id.text()};
}

}  // namespace

// ---------------------------------------------------------------- one family

Task<Result<Answer<FamilyView>>> FamiliesApi::read(Target target, Error missing) {
  const auto day = today();
  auto work = [&](db::Tx& tx) -> Result<Answer<FamilyView>> {
    const auto found = store::find(tx, target.family);
    if (!found || found->authority != target.authority) return missing;
    return Answer<FamilyView>(view(*found, day)).at_version(found->version);
  };
  co_return co_await context_.database.read(work);
}

Task<Result<Answer<FamilyView>>> FamiliesApi::write(Request& request, Target target, FamilyInput body) {
  const auto now = context_.clock.now();
  const auto day = day_of(now);
  auto wanted = family_from(body);
  wanted.id = target.family;
  wanted.authority = target.authority;
  wanted.created = now;
  wanted.looking_since = now;
  std::vector<Id<"child">> fresh_ids;
  for (std::size_t at = 0; at < wanted.children.size(); ++at) {
    fresh_ids.push_back(context_.ids.make<"child">(now));
  }
  auto work = [&](db::Tx& tx) -> Result<Answer<FamilyView>> {
    const auto before = store::find(tx, target.family);
    if (before ? before->authority != target.authority : !target.may_be_new) return not_found();
    if (before && !request.if_match) return if_match_needed();
    if (before) CP_TRY(http::check_version(request, before->version));
    auto family = write_profile(before, wanted, fresh_ids, day);
    if (!family) return family.error();
    auto wishes = family->with;
    wishes.insert(wishes.end(), family->not_with.begin(), family->not_with.end());
    CP_TRY(check_wishes(*family, store::known_in(tx, target.authority, wishes)));
    if (before) {
      store::update(tx, *family);
      return Answer<FamilyView>(view(*family, day)).at_version(family->version);
    }
    store::insert(tx, *family);
    return http::created(view(*family, day), "/v1/families/mine").at_version(family->version);
  };
  co_return co_await http::commit<FamilyView>(context_.database, request, now, work);
}

Task<Result<Answer<FamilyView>>> FamiliesApi::mine(Request& request, NoParams) {
  const auto& who = request.who();
  if (!who.family || !who.authority) co_return no_family();
  const Target target{*who.family, *who.authority, true};
  const auto missing = no_family();
  co_return co_await read(target, missing);
}

Task<Result<Answer<FamilyView>>> FamiliesApi::write_mine(Request& request, NoParams, FamilyInput body) {
  const auto& who = request.who();
  if (!who.family || !who.authority) co_return forbidden("Only a parent's account has a family.");
  const Target target{*who.family, *who.authority, true};
  co_return co_await write(request, target, std::move(body));
}

Task<Result<Answer<FamilyView>>> FamiliesApi::family(Request& request, FamilyPath path) {
  if (!request.who().authority) co_return not_found();
  const Target target{path.family, *request.who().authority, false};
  const auto missing = not_found();
  co_return co_await read(target, missing);
}

Task<Result<Answer<FamilyView>>> FamiliesApi::write_family(Request& request, FamilyPath path,
                                                           FamilyInput body) {
  if (!request.who().authority) co_return not_found();
  const Target target{path.family, *request.who().authority, false};
  co_return co_await write(request, target, std::move(body));
}

// ---------------------------------------------------------------- lists

Result<store::Filter> FamiliesApi::filter(const Id<"authority">& authority, std::optional<bool> looking,
                                          const std::optional<std::string>& after, std::int64_t limit) const {
  store::Filter filter{authority, looking, {}, limit + 1};
  if (after) {
    auto cursor = http::decode_cursor(*after, 1);
    if (!cursor) return cursor.error();
    filter.after = std::move(cursor->front());
  }
  return filter;
}

Task<Result<Answer<Page<FamilySummary>>>> FamiliesApi::families(Request& request, FamilyQuery query) {
  if (!request.who().authority) co_return not_found();
  const auto limit = query.limit.value_or(context_.config.page_items);
  const auto wanted = filter(*request.who().authority, query.looking, query.after, limit);
  if (!wanted) co_return wanted.error();
  auto work = [&](db::Tx& tx) -> Result<Page<FamilySummary>> {
    Page<FamilySummary> page;
    auto rows = store::summaries(tx, *wanted);
    page.next = http::cut(request, rows, limit, [](const store::Summary& last) { return id_of(last); });
    for (auto& row : rows) {
      page.items.push_back({row.id, std::move(row.known_as), row.children, row.looking, std::move(row.place)});
    }
    return page;
  };
  auto page = co_await context_.database.read(work);
  if (!page) co_return page.error();
  co_return std::move(*page);
}

Task<Result<Answer<PlaceList>>> FamiliesApi::places(Request&, PlaceQuery query) {
  PlaceList list;
  for (const auto& place : catalogue::places()) {
    if (query.authority && !same_text(*query.authority, place.authority_name)) continue;
    list.items.push_back({std::string(place.district), std::string(place.name), place.latitude,
                          place.longitude, std::string(place.authority_name)});
  }
  co_return list;
}

// ---------------------------------------------------------------- for other services

Task<Result<Answer<FamilyCard>>> FamiliesApi::card(Request&, FamilyPath path) {
  auto work = [&](db::Tx& tx) -> Result<Answer<FamilyCard>> {
    const auto found = store::find(tx, path.family);
    if (!found) return not_found("There is no such family, or its profile is still empty.");
    return Answer<FamilyCard>({found->id, found->authority, found->known_as,
                               static_cast<std::int64_t>(found->children.size()), found->looking});
  };
  co_return co_await context_.database.read(work);
}

Task<Result<Answer<Page<MatchingFamily>>>> FamiliesApi::for_matching(Request& request, MatchingQuery query) {
  const auto limit = query.limit.value_or(context_.config.page_items);
  const auto wanted = filter(query.authority, true, query.after, limit);
  if (!wanted) co_return wanted.error();
  const auto day = today();
  auto work = [&](db::Tx& tx) -> Result<Page<MatchingFamily>> {
    Page<MatchingFamily> page;
    auto families = store::list(tx, *wanted);
    page.next = http::cut(request, families, limit, [](const Family& last) { return id_of(last); });
    for (const auto& family : families) {
      page.items.push_back(matching_view(family, day));
    }
    return page;
  };
  auto page = co_await context_.database.read(work);
  if (!page) co_return page.error();
  co_return std::move(*page);
}

Task<Result<Answer<Page<FamilyCard>>>> FamiliesApi::cards(Request& request, MatchingQuery query) {
  const auto limit = query.limit.value_or(context_.config.page_items);
  const auto wanted = filter(query.authority, std::nullopt, query.after, limit);
  if (!wanted) co_return wanted.error();
  auto work = [&](db::Tx& tx) -> Result<Page<FamilyCard>> {
    Page<FamilyCard> page;
    auto rows = store::summaries(tx, *wanted);
    page.next = http::cut(request, rows, limit, [](const store::Summary& last) { return id_of(last); });
    for (auto& row : rows) {
      page.items.push_back({row.id, query.authority, std::move(row.known_as), row.children, row.looking});
    }
    return page;
  };
  auto page = co_await context_.database.read(work);
  if (!page) co_return page.error();
  co_return std::move(*page);
}

Task<Result<Answer<AuthorityList>>> FamiliesApi::looking_authorities(Request&, NoParams) {
  auto work = [](db::Tx& tx) -> Result<AuthorityList> { return AuthorityList{store::looking_authorities(tx)}; };
  auto list = co_await context_.database.read(work);
  if (!list) co_return list.error();
  co_return std::move(*list);
}

}  // namespace cp::families
