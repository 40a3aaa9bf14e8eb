// The routes of the catalogue.
#pragma once

#include "services/catalogue/store.hpp"
#include "services/catalogue/wire.hpp"
#include "services/identity/client.hpp"
#include "shared/app/service.hpp"
#include "shared/http/router.hpp"

namespace cp::catalogue {

class CatalogueApi {
 public:
  explicit CatalogueApi(app::Context& context);

 private:
  template <class T>
  using Answer = Task<Result<http::Answer<T>>>;
  template <class T>
  using PageAnswer = Answer<http::Page<T>>;

  PageAnswer<ServiceView> services(http::Request& request, ServiceQuery query);
  Answer<ServiceDetail> service(http::Request& request, ServicePath path);
  Answer<TypeList> types(http::Request& request, AuthorityQuery query);

  Answer<ProviderView> create_provider(http::Request& request, http::NoParams, NewProvider body);
  PageAnswer<ProviderView> providers(http::Request& request, PageQuery query);
  Answer<ProviderView> vet(http::Request& request, ProviderPath path, VettingInput body);

  Answer<OfferView> publish(http::Request& request, http::NoParams, OfferInput body);
  Answer<OfferView> change(http::Request& request, OfferPath path, OfferInput body);
  Answer<OfferView> withdraw(http::Request& request, OfferPath path);
  Answer<RunView> add_run(http::Request& request, OfferPath path, NewRun body);
  PageAnswer<OfferView> offers(http::Request& request, OfferQuery query);
  Answer<OfferView> offer(http::Request& request, OfferPath path);

  Answer<UnmetNeedView> want(http::Request& request, http::NoParams, NewUnmetNeed body);
  PageAnswer<UnmetNeedView> unmet_needs(http::Request& request, PageQuery query);

  Answer<ProviderView> internal_provider(http::Request& request, ProviderPath path);
  Answer<OfferForPool> internal_offer(http::Request& request, OfferPath path);
  PageAnswer<OfferForMatching> internal_offers(http::Request& request, MatchingOffersQuery query);
  Answer<MarketView> market(http::Request& request, AuthorityQuery query);

  /// Asks identity for an authority that the catalogue has not met yet, and remembers it.
  Task<Result<Authority>> learn(std::string id_or_name);
  /// Reads with `work(tx, authority)`, where the authority that `text` names, if any, is found in
  /// the same read; only one never met costs a question to identity.
  template <class Work>
  Task<std::invoke_result_t<Work&, db::Tx&, const std::optional<Authority>&>> read_in(
      std::optional<std::string> text, Work& work);
  [[nodiscard]] std::int64_t limit_of(const std::optional<std::int64_t>& asked) const;

  app::Context& context_;
  identity::Client identity_;
};

}  // namespace cp::catalogue
