#include "services/families/client.hpp"

namespace cp::families {

Task<Result<FamilyCard>> Client::card(Id<"family"> id) const {
  auto path = "/internal/families/" + id.text();
  co_return co_await net::call<FamilyCard>(*transport_, "families", http::Method::get, std::move(path));
}

template <class Item>
Task<Result<std::vector<Item>>> Client::every(std::string first_page) const {
  std::vector<Item> items;
  std::optional<std::string> next = std::move(first_page);
  while (next) {
    auto path = std::move(*next);
    auto page = co_await net::call<http::Page<Item>>(*transport_, "families", http::Method::get, std::move(path));
    if (!page) co_return page.error();
    std::move(page->items.begin(), page->items.end(), std::back_inserter(items));
    next = std::move(page->next);
  }
  co_return items;
}

Task<Result<std::vector<MatchingFamily>>> Client::for_matching(Id<"authority"> authority) const {
  return every<MatchingFamily>("/internal/families?authority=" + authority.text() + "&limit=500");
}

Task<Result<std::vector<FamilyCard>>> Client::cards(Id<"authority"> authority) const {
  return every<FamilyCard>("/internal/family-cards?authority=" + authority.text() + "&limit=500");
}

}  // namespace cp::families
