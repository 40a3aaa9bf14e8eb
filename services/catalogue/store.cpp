#include "services/catalogue/store.hpp"

#include "shared/core/hash.hpp"
#include "shared/db/text_search.hpp"

#include <algorithm>
#include <unordered_map>

namespace cp::catalogue::store {
namespace {

constexpr std::string_view service_index = "catalogue_service_text";
constexpr std::string_view offer_index = "catalogue_offer_text";
/// Both indexes are searched whole: an item may belong to several authorities.
constexpr std::string_view whole = "all";
/// More matches than this are beyond what anybody reads; the words have to be more exact.
constexpr std::int64_t most_matches = 1'000;

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// A statement that grows with its filter, and the values bound so far.
struct Query {
  std::string sql;
  std::vector<db::Param> params;

  std::string bind(db::Param value) {
    params.push_back(value);
    return "$" + std::to_string(params.size());
  }
  template <class T>
  std::string bind_list(const std::vector<T>& values) {
    std::string list;
    for (const auto& value : values) list.append(list.empty() ? "" : ", ").append(bind(value));
    return "(" + list + ")";
  }
};

constexpr std::string_view service_columns =
    "s.id, s.authority_names, s.tier, s.name, s.type, s.needs_text, s.needs, s.age_min, s.age_max, "
    "s.age_note, s.provider, s.provider_name, s.provider_kind, s.provider_number, s.referral_route, "
    "s.session_hours, s.capacity, s.pattern, s.place, s.offers";

Service read_service(const db::Row& row) {
  Service service;
  service.id = row.id<"service">(0);
  service.authority_names = row.string(1);
  service.tier = row.named<ServiceTier>(2);
  service.name = row.string(3);
  service.type = row.string(4);
  service.needs_text = row.string(5);
  service.needs = from_mask(row.integer(6));
  service.age_min = row.maybe(7, &db::Row::integer);
  service.age_max = row.maybe(8, &db::Row::integer);
  service.age_note = row.string(9);
  if (!row.is_null(10)) service.provider = row.id<"provider">(10);
  service.provider_name = row.string(11);
  service.provider_kind = row.named<ProviderKind>(12);
  service.provider_number = row.string(13);
  service.referral_route = row.string(14);
  service.session_hours = row.string(15);
  service.capacity = row.string(16);
  service.pattern = row.string(17);
  service.place = row.maybe(18, &db::Row::string);
  service.offers = row.integer(19);
  return service;
}

std::string searchable(const Service& service) {
  std::string text;
  for (const std::string* part : {&service.name, &service.type, &service.needs_text, &service.age_note,
                                  &service.pattern, &service.referral_route, &service.provider_name,
                                  &service.authority_names}) {
    text.append(*part).append(" ");
  }
  return text;
}

struct Source {
  std::optional<std::string> key, hash;
};

/// Inserts a service or writes every column of the one with this id again.
void put_service(db::Tx& tx, const Service& service, const Source& source, bool listed, Timestamp now) {
  tx.execute(
      "INSERT INTO catalogue_services (id, source_key, source_hash, listed, authority_names, tier, name, "
      "sort_name, type, needs_text, needs, age_min, age_max, age_note, provider, provider_name, "
      "provider_kind, provider_number, referral_route, session_hours, capacity, pattern, place, created) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, "
      "$21, $22, $23, $24) "
      "ON CONFLICT (id) DO UPDATE SET source_hash = excluded.source_hash, listed = excluded.listed, "
      "authority_names = excluded.authority_names, tier = excluded.tier, name = excluded.name, "
      "sort_name = excluded.sort_name, type = excluded.type, needs_text = excluded.needs_text, "
      "needs = excluded.needs, age_min = excluded.age_min, age_max = excluded.age_max, "
      "age_note = excluded.age_note, provider_name = excluded.provider_name, "
      "provider_kind = excluded.provider_kind, provider_number = excluded.provider_number, "
      "referral_route = excluded.referral_route, session_hours = excluded.session_hours, "
      "capacity = excluded.capacity, pattern = excluded.pattern, place = excluded.place",
      {service.id, source.key, source.hash, listed, service.authority_names, service.tier, service.name,
       sort_name(service.name), service.type, service.needs_text, to_mask(service.needs), service.age_min,
       service.age_max, service.age_note, service.provider, service.provider_name, service.provider_kind,
       service.provider_number, service.referral_route, service.session_hours, service.capacity,
       service.pattern, service.place, now});
  tx.execute("DELETE FROM catalogue_service_authorities WHERE service = $1", {service.id});
  for (const auto& authority : service.authorities) {
    tx.execute("INSERT INTO catalogue_service_authorities (service, authority) VALUES ($1, $2)",
               {service.id, authority});
  }
  if (listed) db::text_search::put(tx, service_index, service.id.text(), whole, searchable(service));
  else db::text_search::remove(tx, service_index, service.id.text());
}

std::string hash_of(const Service& service) {
  std::string text;
  const auto add = [&](std::string_view part) { text.append(part).append("\x1f"); };
  for (const std::string* part : {&service.authority_names, &service.name, &service.type, &service.needs_text,
                                  &service.age_note, &service.provider_name, &service.provider_number,
                                  &service.referral_route, &service.session_hours, &service.capacity,
                                  &service.pattern}) {
    add(*part);
  }
  add(name(service.tier));
  add(name(service.provider_kind));
  add(std::to_string(to_mask(service.needs)));
  add(service.age_min ? std::to_string(*service.age_min) : "");
  add(service.age_max ? std::to_string(*service.age_max) : "");
  return sha256_hex(text);
}

}  // namespace

std::string sort_name(std::string_view name) { return lower(name); }

void prepare(db::Tx& tx) {
  db::text_search::create(tx, service_index);
  db::text_search::create(tx, offer_index);
}

// ---------------------------------------------------------------- authorities

void put_authority(db::Tx& tx, const Authority& authority, std::string_view slug) {
  tx.execute(
      "INSERT INTO catalogue_authorities (id, name, name_key, slug) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, "
      "slug = excluded.slug",
      {authority.id, authority.name, lower(authority.name), slug});
}

std::optional<Authority> find_authority(db::Tx& tx, std::string_view text) {
  return tx.one("SELECT id, name FROM catalogue_authorities WHERE id = $1 OR name_key = $1 OR slug = $1",
                {lower(text)},
                [](const db::Row& row) { return Authority{row.id<"authority">(0), row.string(1)}; });
}

// ---------------------------------------------------------------- services

Imported import_rows(db::Tx& tx, IdSource& ids, Timestamp now, const std::vector<MappedRow>& rows,
                     const std::map<std::string, Id<"authority">>& authorities) {
  struct Known {
    std::string id, hash;
  };
  std::unordered_map<std::string, Known> known;
  tx.run("SELECT source_key, id, source_hash FROM catalogue_services WHERE source_key IS NOT NULL", {},
         [&](const db::Row& row) { known[row.string(0)] = {row.string(1), row.string(2)}; });
  Imported count;
  for (const auto& row : rows) {
    auto service = row.service;
    service.authorities = {authorities.at(row.authority_name)};
    const auto hash = hash_of(service);
    const auto before = known.find(row.source_key);
    if (before != known.end() && before->second.hash == hash) {
      ++count.unchanged;
      continue;
    }
    ++(before == known.end() ? count.added : count.changed);
    service.id = before == known.end() ? ids.make<"service">(now) : Id<"service">(before->second.id);
    put_service(tx, service, {row.source_key, hash}, true, now);
  }
  return count;
}

std::vector<Service> services(db::Tx& tx, const ServiceFilter& filter) {
  std::vector<std::string> matches;
  if (filter.words) {
    matches = db::text_search::match(tx, service_index, whole, *filter.words, most_matches);
    if (matches.empty()) return {};
  }
  Query query;
  auto& sql = query.sql;
  sql = "SELECT " + std::string(service_columns) + " FROM catalogue_services s WHERE s.listed = 1";
  if (filter.words) sql += " AND s.id IN " + query.bind_list(matches);
  if (filter.authority) {
    sql += " AND EXISTS (SELECT 1 FROM catalogue_service_authorities a WHERE a.service = s.id "
           "AND a.authority = " + query.bind(*filter.authority) + ")";
  }
  if (filter.type) sql += " AND s.type = " + query.bind(*filter.type);
  if (filter.tier) sql += " AND s.tier = " + query.bind(*filter.tier);
  if (filter.need) sql += " AND (s.needs & " + query.bind(to_mask({*filter.need})) + ") <> 0";
  if (filter.age_min) sql += " AND (s.age_max IS NULL OR s.age_max >= " + query.bind(*filter.age_min) + ")";
  if (filter.age_max) sql += " AND (s.age_min IS NULL OR s.age_min <= " + query.bind(*filter.age_max) + ")";
  if (filter.offers_only) sql += " AND s.offers > 0";
  const auto near_name = lower(filter.near ? filter.near->authority_name : "");
  if (filter.near) {
    sql += " AND (s.place IN " + query.bind_list(filter.near->districts) +
           " OR (s.place IS NULL AND EXISTS (SELECT 1 FROM catalogue_service_authorities a "
           "JOIN catalogue_authorities n ON n.id = a.authority WHERE a.service = s.id AND n.name_key = " +
           query.bind(near_name) + ")))";
  }
  const auto& reader = filter.reader;
  if (!reader.sees_rejected) {
    // The same rule as `may_see`, for services that stand for a provider's offer.
    constexpr std::string_view rejected =
        " AND (s.provider IS NULL OR NOT EXISTS (SELECT 1 FROM catalogue_vetting v WHERE "
        "v.provider = s.provider AND v.state = 'rejected' AND v.authority = ";
    if (reader.own) sql += std::string(rejected) + query.bind(*reader.own) + "))";
    if (reader.asked) sql += std::string(rejected) + query.bind(*reader.asked) + "))";
    if (!reader.own && !reader.asked) {
      sql += " AND (s.provider IS NULL OR EXISTS (SELECT 1 FROM catalogue_service_authorities a "
             "LEFT JOIN catalogue_vetting v ON v.authority = a.authority AND v.provider = s.provider "
             "WHERE a.service = s.id AND COALESCE(v.state, 'unknown') <> 'rejected'))";
    }
  }
  if (filter.after_name) {
    sql += " AND (s.sort_name, s.id) > (" + query.bind(*filter.after_name) + ", " +
           query.bind(filter.after_id) + ")";
  }
  sql += " ORDER BY s.sort_name, s.id LIMIT " + query.bind(filter.limit);
  return tx.all_of(sql, query.params, read_service);
}

std::optional<Service> find_service(db::Tx& tx, const Id<"service">& id) {
  return tx.one("SELECT " + std::string(service_columns) +
                    " FROM catalogue_services s WHERE s.id = $1 AND s.listed = 1",
                {id}, read_service);
}

std::vector<std::pair<std::string, std::int64_t>> types(db::Tx& tx,
                                                        const std::optional<Id<"authority">>& authority) {
  Query query;
  query.sql = "SELECT s.type, COUNT(*) FROM catalogue_services s WHERE s.listed = 1";
  if (authority) {
    query.sql += " AND EXISTS (SELECT 1 FROM catalogue_service_authorities a WHERE a.service = s.id "
                 "AND a.authority = " + query.bind(*authority) + ")";
  }
  query.sql += " GROUP BY s.type ORDER BY s.type";
  return tx.all_of(query.sql, query.params,
                   [](const db::Row& row) { return std::pair(row.string(0), row.integer(1)); });
}

std::vector<MarketCount> market(db::Tx& tx, const std::optional<Id<"authority">>& authority) {
  Query query;
  query.sql = "SELECT s.type, s.tier, COUNT(*) FROM catalogue_services s WHERE s.source_key IS NOT NULL";
  if (authority) {
    query.sql += " AND EXISTS (SELECT 1 FROM catalogue_service_authorities a WHERE a.service = s.id "
                 "AND a.authority = " + query.bind(*authority) + ")";
  }
  query.sql += " GROUP BY s.type, s.tier ORDER BY s.type, s.tier";
  return tx.all_of(query.sql, query.params, [](const db::Row& row) {
    return MarketCount{row.string(0), row.named<ServiceTier>(1), row.integer(2)};
  });
}

// ---------------------------------------------------------------- providers

namespace {

Provider read_provider(const db::Row& row) {
  Provider provider;
  provider.id = row.id<"provider">(0);
  provider.name = row.string(1);
  provider.kind = row.named<ProviderKind>(2);
  return provider;
}

/// What every authority found of each of these providers, by provider and authority's name.
std::unordered_map<std::string, std::vector<Vetting>> vetting_of(db::Tx& tx,
                                                                 const std::vector<std::string>& providers) {
  std::unordered_map<std::string, std::vector<Vetting>> found;
  if (providers.empty()) return found;
  Query query;
  query.sql = "SELECT v.provider, v.authority, n.name, v.state, v.note FROM catalogue_vetting v "
              "JOIN catalogue_authorities n ON n.id = v.authority WHERE v.provider IN " +
              query.bind_list(providers) + " ORDER BY n.name, n.id";
  tx.run(query.sql, query.params, [&](const db::Row& row) {
    found[row.string(0)].push_back(
        {{row.id<"authority">(1), row.string(2)}, row.named<VettingState>(3), row.string(4)});
  });
  return found;
}

void add_vetting(db::Tx& tx, std::vector<Provider>& providers) {
  std::vector<std::string> ids;
  for (const auto& provider : providers) ids.push_back(provider.id.text());
  auto found = vetting_of(tx, ids);
  for (auto& provider : providers) provider.vetting = std::move(found[provider.id.text()]);
}

}  // namespace

void insert_provider(db::Tx& tx, const Provider& provider, Timestamp now) {
  tx.execute(
      "INSERT INTO catalogue_providers (id, name, sort_name, kind, created) VALUES ($1, $2, $3, $4, $5)",
      {provider.id, provider.name, sort_name(provider.name), provider.kind, now});
  for (const auto& vetting : provider.vetting) {
    tx.execute("INSERT INTO catalogue_vetting (provider, authority, state, note) VALUES ($1, $2, $3, $4)",
               {provider.id, vetting.authority.id, vetting.state, vetting.note});
  }
}

std::optional<Provider> find_provider(db::Tx& tx, const Id<"provider">& id) {
  auto provider = tx.one("SELECT id, name, kind FROM catalogue_providers WHERE id = $1", {id}, read_provider);
  if (!provider) return std::nullopt;
  provider->vetting = std::move(vetting_of(tx, {id.text()})[id.text()]);
  return provider;
}

std::vector<Provider> providers(db::Tx& tx, const std::optional<std::pair<std::string, std::string>>& after,
                                std::int64_t limit) {
  Query query;
  query.sql = "SELECT id, name, kind FROM catalogue_providers";
  if (after) {
    query.sql += " WHERE (sort_name, id) > (" + query.bind(after->first) + ", " + query.bind(after->second) + ")";
  }
  query.sql += " ORDER BY sort_name, id LIMIT " + query.bind(limit);
  auto found = tx.all_of(query.sql, query.params, read_provider);
  add_vetting(tx, found);
  return found;
}

void put_vetting(db::Tx& tx, const VettingChange& change) {
  tx.execute(
      "INSERT INTO catalogue_vetting (provider, authority, state, note) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (provider, authority) DO UPDATE SET state = excluded.state, note = excluded.note",
      {change.provider, change.authority, change.state, change.note});
  tx.execute(
      "INSERT INTO catalogue_vetting_history (id, provider, authority, state, note, account, at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {change.id, change.provider, change.authority, change.state, change.note, change.account, change.at});
}

// ---------------------------------------------------------------- offers

namespace {

constexpr std::string_view offer_columns =
    "o.id, o.provider, p.name, o.service, o.own_service, o.title, o.activity_type, o.description, "
    "o.age_min, o.age_max, o.needs, o.wheelchair_access, o.staff_checks, o.staff_adults, "
    "o.staff_children, o.place, o.minimum_children, o.maximum_children, o.minutes_per_session, o.state, "
    "o.created, o.version";
constexpr std::string_view offer_source =
    " FROM catalogue_offers o JOIN catalogue_providers p ON p.id = o.provider";

Offer read_offer(const db::Row& row) {
  Offer offer;
  auto& terms = offer.terms;
  offer.id = row.id<"offer">(0);
  offer.provider = row.id<"provider">(1);
  offer.provider_name = row.string(2);
  offer.service = row.id<"service">(3);
  offer.own_service = row.boolean(4);
  if (!offer.own_service) terms.service = offer.service;
  terms.title = row.string(5);
  terms.activity_type = row.string(6);
  terms.description = row.string(7);
  terms.age_min = row.integer(8);
  terms.age_max = row.integer(9);
  terms.needs_catered = from_mask(row.integer(10));
  terms.wheelchair_access = row.named<WheelchairAccess>(11);
  terms.staff_checks = row.named<StaffChecks>(12);
  terms.staff_adults = row.integer(13);
  terms.staff_children = row.integer(14);
  terms.place = row.string(15);
  terms.minimum_children = row.integer(16);
  terms.maximum_children = row.integer(17);
  terms.minutes_per_session = row.integer(18);
  offer.state = row.named<OfferState>(19);
  offer.created = row.timestamp(20);
  offer.version = row.integer(21);
  return offer;
}

Run read_run(const db::Row& row) {
  Run run;
  run.id = row.id<"run">(0);
  run.offer = row.id<"offer">(1);
  run.weekday = row.integer(2);
  run.first_date = row.date(3);
  run.from_minute = row.integer(4);
  run.to_minute = row.integer(5);
  run.sessions = row.integer(6);
  run.places = row.integer(7);
  return run;
}

/// Authorities, prices, runs and vetting of all these offers: four queries, however many they are.
void complete(db::Tx& tx, std::vector<Offer>& offers) {
  if (offers.empty()) return;
  std::unordered_map<std::string, Offer*> by_id;
  std::vector<std::string> providers;
  std::vector<std::string> ids;
  for (auto& offer : offers) {
    by_id[offer.id.text()] = &offer;
    ids.push_back(offer.id.text());
    providers.push_back(offer.provider.text());
  }
  std::sort(providers.begin(), providers.end());
  providers.erase(std::unique(providers.begin(), providers.end()), providers.end());
  Query query;
  const auto list = query.bind_list(ids);
  tx.run("SELECT offer, authority FROM catalogue_offer_authorities WHERE offer IN " + list +
             " ORDER BY offer, authority",
         query.params, [&](const db::Row& row) {
           by_id.at(row.string(0))->terms.authorities.push_back(row.id<"authority">(1));
         });
  tx.run("SELECT offer, from_children, fixed, per_child, per_hour FROM catalogue_tiers WHERE offer IN " +
             list + " ORDER BY offer, from_children",
         query.params, [&](const db::Row& row) {
           by_id.at(row.string(0))
               ->terms.tiers.push_back({row.integer(1), row.money(2), row.money(3), row.money(4)});
         });
  tx.run("SELECT id, offer, weekday, first_date, from_minute, to_minute, sessions, places "
         "FROM catalogue_runs WHERE offer IN " + list + " ORDER BY first_date, id",
         query.params,
         [&](const db::Row& row) { by_id.at(row.string(1))->runs.push_back(read_run(row)); });
  const auto vetting = vetting_of(tx, providers);
  for (auto& offer : offers) {
    if (const auto found = vetting.find(offer.provider.text()); found != vetting.end()) {
      offer.vetting = found->second;
    }
  }
}

void put_parts(db::Tx& tx, const Offer& offer) {
  tx.execute("DELETE FROM catalogue_offer_authorities WHERE offer = $1", {offer.id});
  for (const auto& authority : offer.terms.authorities) {
    tx.execute("INSERT INTO catalogue_offer_authorities (offer, authority) VALUES ($1, $2)",
               {offer.id, authority});
  }
  tx.execute("DELETE FROM catalogue_tiers WHERE offer = $1", {offer.id});
  for (const auto& tier : offer.terms.tiers) {
    tx.execute(
        "INSERT INTO catalogue_tiers (offer, from_children, fixed, per_child, per_hour) "
        "VALUES ($1, $2, $3, $4, $5)",
        {offer.id, tier.from_children, tier.fixed, tier.per_child, tier.per_hour});
  }
  if (offer.state == OfferState::published) {
    db::text_search::put(tx, offer_index, offer.id.text(), whole,
                         offer.terms.title + " " + offer.terms.activity_type + " " +
                             offer.terms.description + " " + offer.provider_name);
  } else {
    db::text_search::remove(tx, offer_index, offer.id.text());
  }
}

/// The service made for an offer says what the offer says; any service counts its offers.
void put_service_of(db::Tx& tx, const Offer& offer, ProviderKind kind) {
  if (offer.own_service) {
    Query query;
    query.sql = "SELECT name FROM catalogue_authorities WHERE id IN " +
                query.bind_list(offer.terms.authorities) + " ORDER BY name, id";
    std::string names;
    tx.run(query.sql, query.params, [&](const db::Row& row) {
      names.append(names.empty() ? "" : ", ").append(row.text(0));
    });
    put_service(tx, service_of(offer, kind, names), {}, offer.state == OfferState::published, offer.created);
  }
}

void count_offers(db::Tx& tx, const Id<"service">& service) {
  tx.execute(
      "UPDATE catalogue_services SET offers = (SELECT COUNT(*) FROM catalogue_offers o "
      "WHERE o.service = $1 AND o.state = 'published') WHERE id = $1",
      {service});
}

}  // namespace

void insert_offer(db::Tx& tx, const Offer& offer, ProviderKind kind) {
  put_service_of(tx, offer, kind);
  const auto& terms = offer.terms;
  tx.execute(
      "INSERT INTO catalogue_offers (id, provider, service, own_service, title, sort_title, "
      "activity_type, description, age_min, age_max, needs, wheelchair_access, staff_checks, "
      "staff_adults, staff_children, place, minimum_children, maximum_children, minutes_per_session, "
      "state, created, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
      "$16, $17, $18, $19, $20, $21, $22)",
      {offer.id, offer.provider, offer.service, offer.own_service, terms.title, sort_name(terms.title),
       terms.activity_type, terms.description, terms.age_min, terms.age_max, to_mask(terms.needs_catered),
       terms.wheelchair_access, terms.staff_checks, terms.staff_adults, terms.staff_children, terms.place,
       terms.minimum_children, terms.maximum_children, terms.minutes_per_session, offer.state,
       offer.created, offer.version});
  put_parts(tx, offer);
  count_offers(tx, offer.service);
}

bool update_offer(db::Tx& tx, Offer& offer, ProviderKind kind) {
  const auto& terms = offer.terms;
  const auto changed = tx.execute(
      "UPDATE catalogue_offers SET title = $3, sort_title = $4, activity_type = $5, description = $6, "
      "age_min = $7, age_max = $8, needs = $9, wheelchair_access = $10, staff_checks = $11, "
      "staff_adults = $12, staff_children = $13, place = $14, minimum_children = $15, "
      "maximum_children = $16, minutes_per_session = $17, state = $18, version = version + 1 "
      "WHERE id = $1 AND version = $2",
      {offer.id, offer.version, terms.title, sort_name(terms.title), terms.activity_type, terms.description,
       terms.age_min, terms.age_max, to_mask(terms.needs_catered), terms.wheelchair_access,
       terms.staff_checks, terms.staff_adults, terms.staff_children, terms.place, terms.minimum_children,
       terms.maximum_children, terms.minutes_per_session, offer.state});
  if (changed == 0) return false;
  ++offer.version;
  put_parts(tx, offer);
  put_service_of(tx, offer, kind);
  count_offers(tx, offer.service);
  return true;
}

void insert_run(db::Tx& tx, Offer& offer, const Run& run) {
  tx.execute(
      "INSERT INTO catalogue_runs (id, offer, weekday, first_date, from_minute, to_minute, sessions, "
      "places) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {run.id, run.offer, run.weekday, to_text(run.first_date), run.from_minute, run.to_minute,
       run.sessions, run.places});
  offer.runs.push_back(run);
}

std::optional<Offer> find_offer(db::Tx& tx, const Id<"offer">& id) {
  auto found = tx.all("SELECT " + std::string(offer_columns) + std::string(offer_source) + " WHERE o.id = $1",
                      {id}, read_offer);
  if (found.empty()) return std::nullopt;
  complete(tx, found);
  return std::move(found.front());
}

std::vector<Offer> offers_of_service(db::Tx& tx, const Id<"service">& service) {
  auto found = tx.all("SELECT " + std::string(offer_columns) + std::string(offer_source) +
                          " WHERE o.service = $1 AND o.state = 'published' ORDER BY o.sort_title, o.id "
                          "LIMIT 200",
                      {service}, read_offer);
  complete(tx, found);
  return found;
}

std::vector<Offer> offers(db::Tx& tx, const OfferFilter& filter) {
  std::vector<std::string> matches;
  if (filter.words) {
    matches = db::text_search::match(tx, offer_index, whole, *filter.words, most_matches);
    if (matches.empty()) return {};
  }
  Query query;
  auto& sql = query.sql;
  sql = "SELECT " + std::string(offer_columns) + std::string(offer_source) + " WHERE 1 = 1";
  if (!filter.withdrawn_too) sql += " AND o.state = 'published'";
  if (filter.words) sql += " AND o.id IN " + query.bind_list(matches);
  if (filter.authority) {
    sql += " AND EXISTS (SELECT 1 FROM catalogue_offer_authorities a WHERE a.offer = o.id "
           "AND a.authority = " + query.bind(*filter.authority) + ")";
  }
  if (filter.type) sql += " AND o.activity_type = " + query.bind(*filter.type);
  if (filter.provider) sql += " AND o.provider = " + query.bind(*filter.provider);
  if (filter.need) sql += " AND (o.needs & " + query.bind(to_mask({*filter.need})) + ") <> 0";
  if (filter.age_min) sql += " AND o.age_max >= " + query.bind(*filter.age_min);
  if (filter.age_max) sql += " AND o.age_min <= " + query.bind(*filter.age_max);
  if (filter.districts) sql += " AND o.place IN " + query.bind_list(*filter.districts);
  const auto& reader = filter.reader;
  if (!reader.sees_rejected) {
    // The same rule as `may_see`.
    sql += " AND (1 = 1";
    constexpr std::string_view rejected =
        " AND NOT EXISTS (SELECT 1 FROM catalogue_vetting v WHERE v.provider = o.provider "
        "AND v.state = 'rejected' AND v.authority = ";
    if (reader.own) sql += std::string(rejected) + query.bind(*reader.own) + ")";
    if (reader.asked) sql += std::string(rejected) + query.bind(*reader.asked) + ")";
    if (!reader.own && !reader.asked) {
      sql += " AND EXISTS (SELECT 1 FROM catalogue_offer_authorities a LEFT JOIN catalogue_vetting v "
             "ON v.authority = a.authority AND v.provider = o.provider WHERE a.offer = o.id "
             "AND COALESCE(v.state, 'unknown') <> 'rejected')";
    }
    if (reader.provider) sql += " OR o.provider = " + query.bind(*reader.provider);
    sql += ")";
  }
  if (filter.after_title) {
    sql += " AND (o.sort_title, o.id) > (" + query.bind(*filter.after_title) + ", " +
           query.bind(filter.after_id) + ")";
  }
  sql += " ORDER BY o.sort_title, o.id LIMIT " + query.bind(filter.limit);
  auto found = tx.all_of(sql, query.params, read_offer);
  complete(tx, found);
  return found;
}

// ---------------------------------------------------------------- unmet needs

void insert_unmet_need(db::Tx& tx, const UnmetNeed& need) {
  tx.execute(
      "INSERT INTO catalogue_unmet_needs (id, authority, account, what, activity_type, place, created) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {need.id, need.authority, need.account, need.what, need.activity_type, need.place, need.created});
}

std::vector<UnmetNeed> unmet_needs(db::Tx& tx, const Id<"authority">& authority,
                                   const std::optional<std::pair<Timestamp, std::string>>& before,
                                   std::int64_t limit) {
  Query query;
  query.sql = "SELECT id, authority, account, what, activity_type, place, created "
              "FROM catalogue_unmet_needs WHERE authority = " + query.bind(authority);
  if (before) {
    query.sql += " AND (created, id) < (" + query.bind(before->first) + ", " + query.bind(before->second) + ")";
  }
  query.sql += " ORDER BY created DESC, id DESC LIMIT " + query.bind(limit);
  return tx.all_of(query.sql, query.params, [](const db::Row& row) {
    UnmetNeed need;
    need.id = row.id<"unmet_need">(0);
    need.authority = row.id<"authority">(1);
    need.account = row.id<"account">(2);
    need.what = row.string(3);
    need.activity_type = row.maybe(4, &db::Row::string);
    need.place = row.maybe(5, &db::Row::string);
    need.created = row.timestamp(6);
    return need;
  });
}

}  // namespace cp::catalogue::store
