// What other services ask of the catalogue.
#pragma once

#include "services/catalogue/wire.hpp"
#include "shared/net/transport.hpp"

#include <string>
#include <vector>

namespace cp::catalogue {

class Client {
 public:
  explicit Client(net::Transport& transport) : transport_(transport) {}

  /// An offer with its runs and prices, withdrawn ones too; 404 `not-found`.
  Task<Result<OfferForPool>> offer(Id<"offer"> id) const;
  /// A provider with what authorities found about it; 404 `not-found`.
  Task<Result<ProviderView>> provider(Id<"provider"> id) const;
  /// Every published offer that families of the authority may buy.
  Task<Result<std::vector<OfferForMatching>>> offers_for_matching(Id<"authority"> authority) const;
  /// Counts of mapped services by type and tier; of one authority by its id, name or short name, or
  /// of all.
  Task<Result<MarketView>> market(std::optional<std::string> authority) const;

 private:
  net::Transport& transport_;
};

}  // namespace cp::catalogue
