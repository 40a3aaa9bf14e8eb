#include "services/catalogue/client.hpp"

#include <iterator>

namespace cp::catalogue {
namespace {

constexpr std::string_view service_name = "catalogue";

/// Everything but letters, digits and `-` as % and two hexadecimal digits.
std::string in_query(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (plain) out += c;
    else out.append("%").append(1, hex[byte >> 4]).append(1, hex[byte & 0xF]);
  }
  return out;
}

}  // namespace

Task<Result<OfferForPool>> Client::offer(Id<"offer"> id) const {
  auto path = "/internal/catalogue/offers/" + id.text();
  co_return co_await net::call<OfferForPool>(transport_, service_name, http::Method::get, std::move(path));
}

Task<Result<std::vector<OfferForMatching>>> Client::offers_for_matching(Id<"authority"> authority) const {
  std::vector<OfferForMatching> offers;
  auto path = "/internal/catalogue/offers?authority=" + authority.text() + "&limit=200";
  for (;;) {
    auto page = co_await net::call<http::Page<OfferForMatching>>(transport_, service_name,
                                                                 http::Method::get, std::move(path));
    if (!page) co_return page.error();
    std::move(page->items.begin(), page->items.end(), std::back_inserter(offers));
    if (!page->next) co_return offers;
    path = *page->next;
  }
}

Task<Result<MarketView>> Client::market(std::optional<std::string> authority) const {
  std::string path = "/internal/catalogue/market";
  if (authority) path += "?authority=" + in_query(*authority);
  co_return co_await net::call<MarketView>(transport_, service_name, http::Method::get, std::move(path));
}

}  // namespace cp::catalogue
