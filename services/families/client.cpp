#include "services/families/client.hpp"

namespace cp::families {

Task<Result<FamilyCard>> Client::card(Id<"family"> id) const {
  auto path = "/internal/families/" + id.text();
  co_return co_await net::call<FamilyCard>(*transport_, "families", http::Method::get, std::move(path));
}

Task<Result<std::vector<MatchingFamily>>> Client::for_matching(Id<"authority"> authority) const {
  std::vector<MatchingFamily> families;
  std::optional<std::string> next = "/internal/families?authority=" + authority.text() + "&limit=500";
  while (next) {
    auto path = std::move(*next);
    auto page = co_await net::call<http::Page<MatchingFamily>>(*transport_, "families",
                                                               http::Method::get, std::move(path));
    if (!page) co_return page.error();
    std::move(page->items.begin(), page->items.end(), std::back_inserter(families));
    next = std::move(page->next);
  }
  co_return families;
}

}  // namespace cp::families
