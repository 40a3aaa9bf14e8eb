// What a provider may publish and who may see it.
#pragma once

#include "services/catalogue/model.hpp"
#include "shared/core/error.hpp"

#include <vector>

namespace cp::catalogue {

/// Whether the terms make sense: ages, group sizes, place, and prices in ascending tiers that begin
/// at or below the smallest group. `invalid-fields` with everything that has to be put right.
Result<Done> check_offer(const OfferTerms& terms, const std::vector<Id<"authority">>& served);

/// Whether an offer with runs may take these terms: a session cannot change its length any more.
Result<Done> check_change(const Offer& offer, const OfferTerms& terms);

/// Whether the series fits its offer. `weekday` is what the provider said it was, if anything.
Result<Done> check_run(const Offer& offer, const Run& run, std::optional<std::int64_t> weekday, Date today);

/// 1 = Monday.
std::int64_t weekday_of(Date day);
/// The day of every session: a week apart from the first on.
std::vector<Date> dates_of(const Run& run);

/// Who looks at offers.
struct Reader {
  /// Staff of authorities see what an authority rejected, marked as such; families do not.
  bool sees_rejected = false;
  std::optional<Id<"provider">> provider;    // sees its own
  std::optional<Id<"authority">> own;        // a signed-in reader's authority
  std::optional<Id<"authority">> asked;      // the authority a search names
};

/// Families are not shown offers of providers that their authority rejected, nor, when they ask for
/// another authority's, what that one rejected. A visitor without an authority is shown an offer
/// while at least one of its authorities did not reject the provider.
bool may_see(const Reader& reader, const Offer& offer);

/// What the reader is told of the provider: the finding of the authority asked for, else of their
/// own, else of the offer's only one. `unknown` where none of these has looked.
VettingState vetting_for(const Reader& reader, const Offer& offer);

/// The service of the catalogue that stands for an offer that buys none of those there are.
Service service_of(const Offer& offer, ProviderKind kind, std::string authority_names);

}  // namespace cp::catalogue
