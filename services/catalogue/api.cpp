#include "services/catalogue/api.hpp"

#include "services/catalogue/places.hpp"
#include "services/catalogue/service.hpp"
#include "services/catalogue/view.hpp"
#include "shared/http/commit.hpp"
#include "shared/http/cursor.hpp"

#include <algorithm>

namespace cp {
extern const std::string_view catalogue_schema;
}

namespace cp::catalogue {
namespace {

using http::Method;
using http::Role;

constexpr std::int64_t default_miles = 10;

Error no_such_offer() { return not_found("There is no such offer."); }

/// Words to search for, or nothing where there are only spaces.
std::optional<std::string> words_of(const std::optional<std::string>& text) {
  if (!text || text->find_first_not_of(" \t\r\n") == std::string::npos) return std::nullopt;
  return text;
}

/// The place a search is about; an empty pointer where it names none.
Result<const Place*> place_of(const std::optional<std::string>& district) {
  if (!district) return nullptr;
  if (const auto* place = find_place(*district)) return place;
  return invalid_field("/place", "Use a postcode district of the places served here, such as M33 or PL4.");
}

std::vector<std::string> near(const Place& place, const std::optional<std::int64_t>& miles) {
  std::vector<std::string> districts;
  for (const auto district : districts_within(place, static_cast<double>(miles.value_or(default_miles)))) {
    districts.emplace_back(district);
  }
  return districts;
}

template <class Query>
Result<Done> check_ages(const Query& query) {
  if (query.age_min && query.age_max && *query.age_min > *query.age_max) {
    return invalid_field("/age_max", "The oldest is younger than the youngest.");
  }
  return Done{};
}

std::vector<Id<"authority">> served_by(const Provider& provider) {
  std::vector<Id<"authority">> ids;
  for (const auto& vetting : provider.vetting) ids.push_back(vetting.authority.id);
  return ids;
}

/// The offer, if it is one of the reader's own.
Result<Offer> own_offer(db::Tx& tx, const http::Principal& who, const Id<"offer">& id) {
  auto offer = store::find_offer(tx, id);
  if (!offer || offer->provider != who.provider) return no_such_offer();
  return std::move(*offer);
}

Result<Provider> own_provider(db::Tx& tx, const http::Principal& who) {
  auto provider = who.provider ? store::find_provider(tx, *who.provider) : std::nullopt;
  if (!provider) return forbidden("Your account belongs to no provider. Ask the authority to put that right.");
  return std::move(*provider);
}

http::Answer<OfferView> shown(const Offer& offer, const http::Request& request) {
  http::Answer<OfferView> answer(view_of(offer, reader_of(request.principal, std::nullopt), nullptr));
  return std::move(answer).at_version(offer.version);
}

/// Offers are listed by title; these two are the ends of a page's cursor.
std::vector<std::string> sort_key(const Offer& offer) {
  return {store::sort_name(offer.terms.title), offer.id.text()};
}
Result<Done> start_after(const std::optional<std::string>& after, store::OfferFilter& filter) {
  if (!after) return Done{};
  const auto values = http::decode_cursor(*after, 2);
  if (!values) return values.error();
  filter.after_title = (*values)[0];
  filter.after_id = Id<"offer">((*values)[1]);
  return Done{};
}

}  // namespace

std::int64_t CatalogueApi::limit_of(const std::optional<std::int64_t>& asked) const {
  return asked.value_or(context_.config.page_items);
}

Task<Result<Authority>> CatalogueApi::learn(std::string id_or_name) {
  const auto id = Id<"authority">::parse(id_or_name);
  // Two statements: g++ 12 does not get `co_await` in both branches of one expression right.
  Result<identity::AuthorityPolicy> known = not_found();
  if (id) known = co_await identity_.authority(*id);
  else known = co_await identity_.authority_named(std::move(id_or_name));
  if (!known && known.error().kind == ErrorKind::not_found) {
    co_return invalid_field("/authority", "There is no such authority.");
  }
  if (!known) co_return known.error();
  const Authority authority{known->id, known->name};
  auto work = [&](db::Tx& tx) -> Result<Done> {
    store::put_authority(tx, authority, known->slug);
    return Done{};
  };
  const auto kept = co_await context_.database.write(work);
  if (!kept) co_return kept.error();
  co_return authority;
}

template <class Work>
Task<std::invoke_result_t<Work&, db::Tx&, const std::optional<Authority>&>> CatalogueApi::read_in(
    std::optional<std::string> text, Work& work) {
  using Out = std::invoke_result_t<Work&, db::Tx&, const std::optional<Authority>&>;
  bool unknown = false;
  auto whole = [&](db::Tx& tx) -> Out {
    std::optional<Authority> authority;
    if (text) authority = store::find_authority(tx, *text);
    unknown = text && !authority;
    if (unknown) return invalid_field("/authority", "There is no such authority.");
    return work(tx, authority);
  };
  auto out = co_await context_.database.read(whole);
  if (!unknown) co_return out;
  const auto learnt = co_await learn(*text);
  if (!learnt) co_return learnt.error();
  // Identity may know it by a name that is spelled otherwise than the one kept here.
  text = learnt->id.text();
  co_return co_await context_.database.read(whole);
}

// ---------------------------------------------------------------- services

CatalogueApi::PageAnswer<ServiceView> CatalogueApi::services(http::Request& request, ServiceQuery query) {
  if (const auto ages = check_ages(query); !ages) co_return ages.error();
  const auto place = place_of(query.place);
  if (!place) co_return place.error();
  const auto limit = limit_of(query.limit);
  store::ServiceFilter filter;
  filter.words = words_of(query.q);
  filter.type = query.type;
  filter.need = query.need;
  filter.age_min = query.age_min;
  filter.age_max = query.age_max;
  filter.tier = query.tier;
  filter.offers_only = query.offers_only.value_or(false);
  filter.limit = limit + 1;
  if (*place) filter.near = store::Near{near(**place, query.miles), std::string((*place)->authority_name)};
  if (query.after) {
    const auto values = http::decode_cursor(*query.after, 2);
    if (!values) co_return values.error();
    filter.after_name = (*values)[0];
    filter.after_id = Id<"service">((*values)[1]);
  }
  auto work = [&](db::Tx& tx, const std::optional<Authority>& authority) -> Result<std::vector<Service>> {
    if (authority) filter.authority = authority->id;
    filter.reader = reader_of(request.principal, filter.authority);
    return store::services(tx, filter);
  };
  auto found = co_await read_in(query.authority, work);
  if (!found) co_return found.error();
  http::Page<ServiceView> page;
  page.next = http::cut(request, *found, limit, [](const Service& last) {
    return std::vector{store::sort_name(last.name), last.id.text()};
  });
  page.items.reserve(found->size());
  for (const auto& service : *found) page.items.push_back(view_of(service, *place));
  co_return page;
}

CatalogueApi::Answer<ServiceDetail> CatalogueApi::service(http::Request& request, ServicePath path) {
  const auto reader = reader_of(request.principal, std::nullopt);
  auto work = [&](db::Tx& tx) -> Result<ServiceDetail> {
    const auto found = store::find_service(tx, path.service);
    if (!found) return not_found("There is no such service.");
    auto detail = detail_of(*found, store::offers_of_service(tx, path.service), reader);
    // One that stands for an offer goes with it.
    if (found->tier == ServiceTier::published && detail.offers.empty()) {
      return not_found("There is no such service.");
    }
    return detail;
  };
  auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  co_return std::move(*found);
}

CatalogueApi::Answer<TypeList> CatalogueApi::types(http::Request&, AuthorityQuery query) {
  auto work = [&](db::Tx& tx, const std::optional<Authority>& authority) -> Result<TypeList> {
    TypeList list;
    const auto id = authority ? std::optional(authority->id) : std::nullopt;
    for (auto& [type, count] : store::types(tx, id)) list.items.push_back({std::move(type), count});
    return list;
  };
  auto list = co_await read_in(query.authority, work);
  if (!list) co_return list.error();
  co_return std::move(*list);
}

CatalogueApi::Answer<MarketView> CatalogueApi::market(http::Request&, AuthorityQuery query) {
  auto work = [&](db::Tx& tx, const std::optional<Authority>& authority) -> Result<MarketView> {
    MarketView view;
    if (authority) view.authority = authority->name;
    view.rows = store::market(tx, authority ? std::optional(authority->id) : std::nullopt);
    for (const auto& row : view.rows) view.total += row.count;
    return view;
  };
  auto view = co_await read_in(query.authority, work);
  if (!view) co_return view.error();
  co_return std::move(*view);
}

// ---------------------------------------------------------------- providers

CatalogueApi::Answer<ProviderView> CatalogueApi::create_provider(http::Request& request, http::NoParams,
                                                                 NewProvider body) {
  const auto now = context_.clock.now();
  Provider provider;
  provider.id = context_.ids.make<"provider">(now);
  provider.name = body.name;
  provider.kind = body.kind;
  std::sort(body.authorities.begin(), body.authorities.end());
  body.authorities.erase(std::unique(body.authorities.begin(), body.authorities.end()),
                         body.authorities.end());
  for (const auto& id : body.authorities) {
    auto text = id.text();
    const auto authority = co_await learn(std::move(text));
    if (!authority && authority.error().kind == ErrorKind::invalid) {
      co_return invalid_field("/authorities", "One of these authorities does not exist.");
    }
    if (!authority) co_return authority.error();
    provider.vetting.push_back({*authority, VettingState::unknown, ""});
  }
  auto work = [&](db::Tx& tx) -> Result<http::Answer<ProviderView>> {
    store::insert_provider(tx, provider, now);
    return http::created(view_of(provider, request.who()), "/v1/catalogue/providers/" + provider.id.text());
  };
  co_return co_await http::commit<ProviderView>(context_.database, request, now, work);
}

CatalogueApi::PageAnswer<ProviderView> CatalogueApi::providers(http::Request& request, PageQuery query) {
  const auto limit = limit_of(query.limit);
  std::optional<std::pair<std::string, std::string>> after;
  if (query.after) {
    const auto values = http::decode_cursor(*query.after, 2);
    if (!values) co_return values.error();
    after.emplace((*values)[0], (*values)[1]);
  }
  auto work = [&](db::Tx& tx) -> Result<std::vector<Provider>> {
    return store::providers(tx, after, limit + 1);
  };
  auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  http::Page<ProviderView> page;
  page.next = http::cut(request, *found, limit, [](const Provider& last) {
    return std::vector{store::sort_name(last.name), last.id.text()};
  });
  for (const auto& provider : *found) page.items.push_back(view_of(provider, request.who()));
  co_return page;
}

CatalogueApi::Answer<ProviderView> CatalogueApi::vet(http::Request& request, ProviderPath path,
                                                     VettingInput body) {
  const auto& who = request.who();
  if (!who.authority) co_return forbidden("Your account belongs to no authority.");
  auto text = who.authority->text();
  const auto authority = co_await learn(std::move(text));
  if (!authority) co_return authority.error();
  const auto now = context_.clock.now();
  const store::VettingChange change{context_.ids.next(now), path.provider, authority->id, body.state,
                                    body.note,              who.account,   now};
  auto work = [&](db::Tx& tx) -> Result<http::Answer<ProviderView>> {
    if (!store::find_provider(tx, path.provider)) return not_found("There is no such provider.");
    store::put_vetting(tx, change);
    return http::Answer<ProviderView>(view_of(*store::find_provider(tx, path.provider), who));
  };
  co_return co_await http::commit<ProviderView>(context_.database, request, now, work);
}

// ---------------------------------------------------------------- offers

CatalogueApi::Answer<OfferView> CatalogueApi::publish(http::Request& request, http::NoParams,
                                                      OfferInput body) {
  const auto now = context_.clock.now();
  Offer fresh;
  fresh.id = context_.ids.make<"offer">(now);
  fresh.terms = terms_of(body);
  fresh.own_service = !body.service;
  fresh.service = body.service ? *body.service : context_.ids.make<"service">(now);
  fresh.created = now;
  auto work = [&](db::Tx& tx) -> Result<http::Answer<OfferView>> {
    const auto provider = own_provider(tx, request.who());
    if (!provider) return provider.error();
    CP_TRY(check_offer(fresh.terms, served_by(*provider)));
    if (body.service && !store::find_service(tx, *body.service)) {
      return invalid_field("/service", "There is no such service in the catalogue.");
    }
    auto offer = fresh;
    offer.provider = provider->id;
    offer.provider_name = provider->name;
    offer.vetting = provider->vetting;
    store::insert_offer(tx, offer, provider->kind);
    auto answer = shown(offer, request);
    answer.status = 201;
    return std::move(answer).with("Location", "/v1/catalogue/offers/" + offer.id.text());
  };
  co_return co_await http::commit<OfferView>(context_.database, request, now, work);
}

CatalogueApi::Answer<OfferView> CatalogueApi::change(http::Request& request, OfferPath path,
                                                     OfferInput body) {
  const auto terms = terms_of(body);
  auto work = [&](db::Tx& tx) -> Result<http::Answer<OfferView>> {
    const auto provider = own_provider(tx, request.who());
    if (!provider) return provider.error();
    auto offer = own_offer(tx, request.who(), path.offer);
    if (!offer) return offer.error();
    CP_TRY(http::check_version(request, offer->version));
    CP_TRY(check_change(*offer, terms));
    CP_TRY(check_offer(terms, served_by(*provider)));
    offer->terms = terms;
    if (!store::update_offer(tx, *offer, provider->kind)) {
      return conflict("offer-changed", "The offer has just changed. Try again.");
    }
    return shown(*offer, request);
  };
  co_return co_await http::commit<OfferView>(context_.database, request, context_.clock.now(), work);
}

CatalogueApi::Answer<OfferView> CatalogueApi::withdraw(http::Request& request, OfferPath path) {
  auto work = [&](db::Tx& tx) -> Result<http::Answer<OfferView>> {
    const auto provider = own_provider(tx, request.who());
    if (!provider) return provider.error();
    auto offer = own_offer(tx, request.who(), path.offer);
    if (!offer) return offer.error();
    if (offer->state == OfferState::published) {
      offer->state = OfferState::withdrawn;
      if (!store::update_offer(tx, *offer, provider->kind)) {
        return conflict("offer-changed", "The offer has just changed. Try again.");
      }
    }
    return shown(*offer, request);
  };
  co_return co_await http::commit<OfferView>(context_.database, request, context_.clock.now(), work);
}

CatalogueApi::Answer<RunView> CatalogueApi::add_run(http::Request& request, OfferPath path, NewRun body) {
  const auto now = context_.clock.now();
  Run run;
  run.id = context_.ids.make<"run">(now);
  run.offer = path.offer;
  run.weekday = weekday_of(body.first_date);
  run.first_date = body.first_date;
  run.from_minute = body.from_minute;
  run.to_minute = body.to_minute;
  run.sessions = body.sessions;
  run.places = body.places;
  auto work = [&](db::Tx& tx) -> Result<http::Answer<RunView>> {
    auto offer = own_offer(tx, request.who(), path.offer);
    if (!offer) return offer.error();
    CP_TRY(check_run(*offer, run, body.weekday, day_of(now)));
    store::insert_run(tx, *offer, run);
    return http::created(view_of(run), "/v1/catalogue/offers/" + path.offer.text());
  };
  co_return co_await http::commit<RunView>(context_.database, request, now, work);
}

CatalogueApi::PageAnswer<OfferView> CatalogueApi::offers(http::Request& request, OfferQuery query) {
  if (const auto ages = check_ages(query); !ages) co_return ages.error();
  const auto place = place_of(query.place);
  if (!place) co_return place.error();
  const auto limit = limit_of(query.limit);
  store::OfferFilter filter;
  filter.words = words_of(query.q);
  filter.type = query.type;
  filter.provider = query.provider;
  filter.need = query.need;
  filter.age_min = query.age_min;
  filter.age_max = query.age_max;
  filter.limit = limit + 1;
  if (*place) filter.districts = near(**place, query.miles);
  // A provider looking at its own list sees what it has withdrawn too.
  const bool own_list = query.provider && request.principal && request.principal->role == Role::provider &&
                        request.principal->provider == query.provider;
  filter.withdrawn_too = own_list && !filter.words;
  if (const auto read = start_after(query.after, filter); !read) co_return read.error();
  auto work = [&](db::Tx& tx, const std::optional<Authority>& authority) -> Result<std::vector<Offer>> {
    if (authority) filter.authority = authority->id;
    filter.reader = reader_of(request.principal, filter.authority);
    return store::offers(tx, filter);
  };
  auto found = co_await read_in(query.authority, work);
  if (!found) co_return found.error();
  http::Page<OfferView> page;
  page.next = http::cut(request, *found, limit, sort_key);
  for (const auto& one : *found) page.items.push_back(view_of(one, filter.reader, *place));
  co_return page;
}

CatalogueApi::Answer<OfferView> CatalogueApi::offer(http::Request& request, OfferPath path) {
  auto work = [&](db::Tx& tx) -> Result<Offer> {
    auto found = store::find_offer(tx, path.offer);
    if (!found || !may_see(reader_of(request.principal, std::nullopt), *found)) return no_such_offer();
    return std::move(*found);
  };
  const auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  co_return shown(*found, request);
}

// ---------------------------------------------------------------- unmet needs

CatalogueApi::Answer<UnmetNeedView> CatalogueApi::want(http::Request& request, http::NoParams,
                                                       NewUnmetNeed body) {
  const auto& who = request.who();
  if (!who.authority) co_return forbidden("Your account belongs to no authority.");
  const auto place = place_of(body.place);
  if (!place) co_return place.error();
  const auto now = context_.clock.now();
  UnmetNeed need;
  need.id = context_.ids.make<"unmet_need">(now);
  need.authority = *who.authority;
  need.account = who.account;
  need.what = body.what;
  need.activity_type = body.activity_type;
  if (*place) need.place = std::string((*place)->district);
  need.created = now;
  auto work = [&](db::Tx& tx) -> Result<http::Answer<UnmetNeedView>> {
    store::insert_unmet_need(tx, need);
    return http::created(view_of(need), "/v1/catalogue/unmet-needs");
  };
  co_return co_await http::commit<UnmetNeedView>(context_.database, request, now, work);
}

CatalogueApi::PageAnswer<UnmetNeedView> CatalogueApi::unmet_needs(http::Request& request, PageQuery query) {
  const auto limit = limit_of(query.limit);
  const auto key = http::decode_time_key(query.after);
  if (!key) co_return key.error();
  std::optional<std::pair<Timestamp, std::string>> before;
  if (*key) before.emplace((*key)->time, (*key)->id);
  const auto authority = request.who().authority.value_or(Id<"authority">());
  auto work = [&](db::Tx& tx) -> Result<std::vector<UnmetNeed>> {
    return store::unmet_needs(tx, authority, before, limit + 1);
  };
  auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  http::Page<UnmetNeedView> page;
  page.next = http::cut(request, *found, limit, &UnmetNeed::created);
  for (const auto& need : *found) page.items.push_back(view_of(need));
  co_return page;
}

// ---------------------------------------------------------------- for other services

CatalogueApi::Answer<OfferForPool> CatalogueApi::internal_offer(http::Request&, OfferPath path) {
  auto work = [&](db::Tx& tx) -> Result<OfferForPool> {
    const auto found = store::find_offer(tx, path.offer);
    if (!found) return no_such_offer();
    return for_pool(*found);
  };
  auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  co_return std::move(*found);
}

CatalogueApi::Answer<ProviderView> CatalogueApi::internal_provider(http::Request&, ProviderPath path) {
  auto work = [&](db::Tx& tx) -> Result<ProviderView> {
    const auto found = store::find_provider(tx, path.provider);
    if (!found) return not_found("There is no such provider.");
    // Services learn what was found, not what was noted.
    return view_of(*found, http::Principal());
  };
  auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  co_return std::move(*found);
}

CatalogueApi::PageAnswer<OfferForMatching> CatalogueApi::internal_offers(http::Request& request,
                                                                         MatchingOffersQuery query) {
  const auto limit = limit_of(query.limit);
  store::OfferFilter filter;
  filter.authority = query.authority;
  filter.reader.asked = query.authority;
  filter.limit = limit + 1;
  if (const auto read = start_after(query.after, filter); !read) co_return read.error();
  auto work = [&](db::Tx& tx) -> Result<std::vector<Offer>> { return store::offers(tx, filter); };
  auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  http::Page<OfferForMatching> page;
  page.next = http::cut(request, *found, limit, sort_key);
  for (const auto& one : *found) page.items.push_back(for_matching(one, query.authority));
  co_return page;
}

// ---------------------------------------------------------------- the table

CatalogueApi::CatalogueApi(app::Context& context) : context_(context), identity_(context.transport) {
  context.database.write_now([](db::Tx& tx) { store::prepare(tx); });
  auto& router = context.router;
  const auto registrars = http::roles(Role::administrator, Role::commissioner);
  const auto commissioners = http::roles(Role::commissioner);
  const auto providers = http::roles(Role::provider);

  router.add({Method::get, "/v1/catalogue/services", http::anyone(), "Find short breaks."}, this,
             &CatalogueApi::services);
  router.add({Method::get, "/v1/catalogue/services/{service}", http::anyone(),
              "One short break and the offers by which it can be bought."},
             this, &CatalogueApi::service);
  router.add({Method::get, "/v1/catalogue/types", http::anyone(), "The kinds of short breaks there are."},
             this, &CatalogueApi::types);

  router.add({Method::post, "/v1/catalogue/providers", registrars, "Register a provider."}, this,
             &CatalogueApi::create_provider);
  router.add({Method::get, "/v1/catalogue/providers", http::signed_in(),
              "Providers, with what each authority found."},
             this, &CatalogueApi::providers);
  router.add({Method::put, "/v1/catalogue/providers/{provider}/vetting", commissioners,
              "Say what your authority found about a provider."},
             this, &CatalogueApi::vet);

  router.add({Method::post, "/v1/catalogue/offers", providers, "Publish a priced offer."}, this,
             &CatalogueApi::publish);
  router.add({Method::put, "/v1/catalogue/offers/{offer}", providers, "Change an offer.", true}, this,
             &CatalogueApi::change);
  router.add({Method::post, "/v1/catalogue/offers/{offer}/withdrawal", providers,
              "Withdraw an offer. Pools that have agreed on it keep it."},
             this, &CatalogueApi::withdraw);
  router.add({Method::post, "/v1/catalogue/offers/{offer}/runs", providers,
              "Announce a weekly series of sessions."},
             this, &CatalogueApi::add_run);
  router.add({Method::get, "/v1/catalogue/offers", http::anyone(), "Find offers."}, this,
             &CatalogueApi::offers);
  router.add({Method::get, "/v1/catalogue/offers/{offer}", http::anyone(), "One offer."}, this,
             &CatalogueApi::offer);

  router.add({Method::post, "/v1/catalogue/unmet-needs", http::roles(Role::parent, Role::facilitator),
              "Say what is wanted and nobody offers."},
             this, &CatalogueApi::want);
  router.add({Method::get, "/v1/catalogue/unmet-needs", http::roles(Role::facilitator, Role::commissioner),
              "What families of your authority want and nobody offers."},
             this, &CatalogueApi::unmet_needs);

  router.add({Method::get, "/internal/catalogue/offers/{offer}", http::internal(), "An offer, for a pool."},
             this, &CatalogueApi::internal_offer);
  router.add({Method::get, "/internal/catalogue/providers/{provider}", http::internal(), "A provider, for payments."}, this,
             &CatalogueApi::internal_provider);
  router.add({Method::get, "/internal/catalogue/offers", http::internal(), "Offers, for matching."}, this,
             &CatalogueApi::internal_offers);
  router.add({Method::get, "/internal/catalogue/market", http::internal(), "The market, for reports."}, this,
             &CatalogueApi::market);
}

app::Service service() {
  return {"catalogue",
          {"catalogue", catalogue_schema},
          [](app::Context& context) -> std::shared_ptr<void> { return std::make_shared<CatalogueApi>(context); }};
}

}  // namespace cp::catalogue
