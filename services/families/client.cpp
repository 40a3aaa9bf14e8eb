#include "services/families/client.hpp"

namespace cp::families {

Task<Result<FamilyCard>> Client::card(Id<"family"> id) const {
  auto path = "/internal/families/" + id.text();
  co_return co_await net::call<FamilyCard>(*transport_, "families", http::Method::get, std::move(path));
}

Task<Result<std::vector<MatchingFamily>>> Client::for_matching(Id<"authority"> authority) const {
  return net::every<MatchingFamily>(*transport_, "families",
                                     "/internal/families?authority=" + authority.text() + "&limit=500");
}

Task<Result<std::vector<FamilyCard>>> Client::cards(Id<"authority"> authority) const {
  return net::every<FamilyCard>(*transport_, "families",
                                "/internal/family-cards?authority=" + authority.text() + "&limit=500");
}

Task<Result<std::vector<Id<"authority">>>> Client::looking_authorities() const {
  auto list = co_await net::call<AuthorityList>(*transport_, "families", http::Method::get,
                                                std::string("/internal/family-authorities"));
  if (!list) co_return list.error();
  co_return std::move(list->items);
}

}  // namespace cp::families
