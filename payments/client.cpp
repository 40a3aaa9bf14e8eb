#include "payments/client.hpp"

namespace cp::payments {
namespace {

constexpr std::string_view service_name = "payments";

/// A value as it stands in a query.
std::string encoded(std::string_view value) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  std::string text;
  for (const char c : value) {
    if (plain.find(c) != std::string_view::npos) {
      text += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text += '%';
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

}  // namespace

using http::Method;

Task<Result<SplitResult>> Client::split(SplitRequest request) {
  return net::call<SplitResult>(transport_, service_name, Method::post, "/internal/payments/splits",
                                json::write(request));
}

Task<Result<PriceResult>> Client::price(PriceRequest request) {
  return net::call<PriceResult>(transport_, service_name, Method::post, "/internal/payments/prices",
                                json::write(request));
}

Task<Result<CheckResult>> Client::check(CheckRequest request) {
  return net::call<CheckResult>(transport_, service_name, Method::post, "/internal/payments/checks",
                                json::write(request));
}

Task<Result<HoldResult>> Client::hold(HoldRequest request, std::string key) {
  return net::call<HoldResult>(transport_, service_name, Method::post, "/internal/payments/holds",
                               json::write(request), std::move(key));
}

Task<Result<ChargeResult>> Client::charge(Id<"pool"> pool, std::int64_t session, std::string key) {
  return net::call<ChargeResult>(transport_, service_name, Method::post, "/internal/payments/charges",
                                 json::write(ChargeRequest{std::move(pool), session}), std::move(key));
}

Task<Result<ReleaseResult>> Client::release(Id<"pool"> pool, std::vector<std::int64_t> sessions, std::string key) {
  return net::call<ReleaseResult>(transport_, service_name, Method::post, "/internal/payments/releases",
                                  json::write(ReleaseRequest{std::move(pool), std::move(sessions), {}}),
                                  std::move(key));
}

Task<Result<ReleaseResult>> Client::release_all(Id<"pool"> pool, std::string key) {
  return net::call<ReleaseResult>(transport_, service_name, Method::post, "/internal/payments/releases",
                                  json::write(ReleaseRequest{std::move(pool), {}, true}), std::move(key));
}

Task<Result<RefundResult>> Client::refund(Id<"pool"> pool, std::int64_t session, std::string reason,
                                          std::string key) {
  return net::call<RefundResult>(transport_, service_name, Method::post, "/internal/payments/refunds",
                                 json::write(RefundRequest{std::move(pool), session, std::move(reason)}),
                                 std::move(key));
}

Task<Result<std::vector<HeadroomView>>> Client::headrooms(Id<"authority"> authority, std::string category) {
  std::vector<HeadroomView> all;
  std::string path = "/internal/payments/headrooms?limit=1000&authority=" + authority.text() +
                     "&category=" + encoded(category);
  while (true) {
    const auto page =
        co_await net::call<http::Page<HeadroomView>>(transport_, service_name, Method::get, path);
    if (!page) co_return page.error();
    all.insert(all.end(), page->items.begin(), page->items.end());
    if (!page->next) co_return all;
    path = *page->next;
  }
}

}  // namespace cp::payments
