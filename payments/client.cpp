#include "payments/client.hpp"

#include <iterator>

namespace cp::payments {
namespace {

constexpr std::string_view service_name = "payments";

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

Task<Result<std::vector<HeadroomView>>> Client::headrooms(Id<"authority"> authority, std::vector<std::string> categories) {
  std::vector<HeadroomView> all;
  HeadroomQuery query{std::move(authority), std::move(categories), std::nullopt};
  do {
    auto body = json::write(query);
    auto page = co_await net::call<Headrooms>(transport_, service_name, Method::post, "/internal/payments/headrooms",
                                              std::move(body));
    if (!page) co_return page.error();
    std::move(page->items.begin(), page->items.end(), std::back_inserter(all));
    query.after = std::move(page->next);
  } while (query.after);
  co_return all;
}

}  // namespace cp::payments
