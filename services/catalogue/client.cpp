#include "services/catalogue/client.hpp"

#include "shared/http/cursor.hpp"

namespace cp::catalogue {
namespace {

constexpr std::string_view service_name = "catalogue";

}  // namespace

Task<Result<OfferForPool>> Client::offer(Id<"offer"> id) const {
  auto path = "/internal/catalogue/offers/" + id.text();
  co_return co_await net::call<OfferForPool>(transport_, service_name, http::Method::get, std::move(path));
}

Task<Result<ProviderView>> Client::provider(Id<"provider"> id) const {
  auto path = "/internal/catalogue/providers/" + id.text();
  co_return co_await net::call<ProviderView>(transport_, service_name, http::Method::get, std::move(path));
}

Task<Result<std::vector<OfferForMatching>>> Client::offers_for_matching(Id<"authority"> authority) const {
  return net::every<OfferForMatching>(transport_, service_name,
                                      "/internal/catalogue/offers?authority=" + authority.text() + "&limit=200");
}

Task<Result<MarketView>> Client::market(std::optional<std::string> authority) const {
  std::string path = "/internal/catalogue/market";
  if (authority) path += "?authority=" + http::in_query(*authority);
  co_return co_await net::call<MarketView>(transport_, service_name, http::Method::get, std::move(path));
}

}  // namespace cp::catalogue
