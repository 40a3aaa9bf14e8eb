// The catalogue in the database.
#pragma once

#include "services/catalogue/mapping.hpp"
#include "services/catalogue/model.hpp"
#include "services/catalogue/rules.hpp"
#include "shared/db/database.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cp::catalogue::store {

/// Makes the search indexes where they are missing; after the migrations.
void prepare(db::Tx& tx);

// ---------------------------------------------------------------- authorities

/// Remembers an authority, or its new name.
void put_authority(db::Tx& tx, const Authority& authority, std::string_view slug);
/// By id, name (whatever the case) or short name.
std::optional<Authority> find_authority(db::Tx& tx, std::string_view text);

// ---------------------------------------------------------------- services

struct Imported {
  std::int64_t added = 0, changed = 0, unchanged = 0;
};
/// Adds the rows, or changes those that an earlier import brought with the same key. `authorities`
/// has the id of every name in them.
Imported import_rows(db::Tx& tx, IdSource& ids, Timestamp now, const std::vector<MappedRow>& rows,
                     const std::map<std::string, Id<"authority">>& authorities);

/// Where a search is near: these districts, or not known in an authority of this name.
struct Near {
  std::vector<std::string> districts;
  std::string authority_name;
};

struct ServiceFilter {
  std::optional<std::string> words;
  std::optional<Id<"authority">> authority;
  std::optional<std::string> type;
  std::optional<Need> need;
  /// Overlap; a service of which an age is not known could be the right one and is listed.
  std::optional<std::int64_t> age_min, age_max;
  std::optional<ServiceTier> tier;
  bool offers_only = false;
  std::optional<Near> near;
  Reader reader;
  /// The sort key of the last service of the page before.
  std::optional<std::string> after_name;
  Id<"service"> after_id;
  std::int64_t limit = 50;
};
/// By name. One query, and another one first where there are words to search for.
std::vector<Service> services(db::Tx& tx, const ServiceFilter& filter);
/// The key of a service in the order of `services`.
std::string sort_name(std::string_view name);

std::optional<Service> find_service(db::Tx& tx, const Id<"service">& id);
std::vector<std::pair<std::string, std::int64_t>> types(db::Tx& tx,
                                                        const std::optional<Id<"authority">>& authority);
/// Mapped services only.
std::vector<MarketCount> market(db::Tx& tx, const std::optional<Id<"authority">>& authority);

// ---------------------------------------------------------------- providers

void insert_provider(db::Tx& tx, const Provider& provider, Timestamp now);
std::optional<Provider> find_provider(db::Tx& tx, const Id<"provider">& id);
std::vector<Provider> providers(db::Tx& tx, const std::optional<std::pair<std::string, std::string>>& after,
                                std::int64_t limit);
struct VettingChange {
  std::string id;
  Id<"provider"> provider;
  Id<"authority"> authority;
  VettingState state = VettingState::unknown;
  std::string note;
  Id<"account"> account;
  Timestamp at = {};
};
void put_vetting(db::Tx& tx, const VettingChange& change);

// ---------------------------------------------------------------- offers

/// Also inserts, or counts at, the service it buys.
void insert_offer(db::Tx& tx, const Offer& offer, ProviderKind kind);
/// Writes terms and state and moves the version on by one; false where the stored version is not
/// `offer.version` any more: nothing is written then.
bool update_offer(db::Tx& tx, Offer& offer, ProviderKind kind);
void insert_run(db::Tx& tx, Offer& offer, const Run& run);
std::optional<Offer> find_offer(db::Tx& tx, const Id<"offer">& id);
std::vector<Offer> offers_of_service(db::Tx& tx, const Id<"service">& service);

struct OfferFilter {
  std::optional<std::string> words;
  std::optional<Id<"authority">> authority;
  std::optional<std::string> type;
  std::optional<Id<"provider">> provider;
  std::optional<Need> need;
  std::optional<std::int64_t> age_min, age_max;
  std::optional<std::vector<std::string>> districts;
  bool withdrawn_too = false;
  Reader reader;
  std::optional<std::string> after_title;
  Id<"offer"> after_id;
  std::int64_t limit = 50;
};
/// By title; whole offers, in as many queries for a page of fifty as for one.
std::vector<Offer> offers(db::Tx& tx, const OfferFilter& filter);

// ---------------------------------------------------------------- unmet needs

void insert_unmet_need(db::Tx& tx, const UnmetNeed& need);
/// Newest first.
std::vector<UnmetNeed> unmet_needs(db::Tx& tx, const Id<"authority">& authority,
                                   const std::optional<std::pair<Timestamp, std::string>>& before,
                                   std::int64_t limit);

}  // namespace cp::catalogue::store
