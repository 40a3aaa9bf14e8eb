// How services call each other: within the process, or over HTTP where they run apart. The same
// request, the same route, the same answer.
#pragma once

#include "shared/http/router.hpp"

#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cp::net {

class Transport {
 public:
  virtual ~Transport() = default;
  /// Sends `request` to `service`. A service that is away answers 503.
  virtual Task<http::Response> call(std::string_view service, http::Request request) = 0;
};

/// Through this process's own router.
std::unique_ptr<Transport> make_local_transport(const http::Router& router);
/// To the services in `urls` over HTTP with the shared `token`, to all others through `router`.
std::unique_ptr<Transport> make_http_transport(const http::Router& router,
                                               std::map<std::string, std::string, std::less<>> urls,
                                               std::string token);

/// Calls an internal route and reads its answer; a problem comes back as the Error it was.
template <class Out>
Task<Result<Out>> call(Transport& transport, std::string_view service, http::Method method,
                       std::string path, std::string body = {}, std::string idempotency_key = {}) {
  http::Request request;
  request.method = method;
  const auto question = path.find('?');
  request.path = path.substr(0, question);
  if (question != std::string::npos) request.query = path.substr(question + 1);
  request.body = std::move(body);
  request.internal = true;
  if (!idempotency_key.empty()) request.idempotency_key = std::move(idempotency_key);
  const auto response = co_await transport.call(service, std::move(request));
  if (response.status >= 400) co_return http::error_from_problem(response.status, response.body);
  if constexpr (std::is_same_v<Out, json::Empty>) co_return Out{};
  else co_return json::read_own<Out>(response.body);
}

/// Every item of an internal list: walks its pages from the first to the last.
template <class Item>
Task<Result<std::vector<Item>>> every(Transport& transport, std::string_view service, std::string first_page) {
  std::vector<Item> items;
  std::optional<std::string> next = std::move(first_page);
  while (next) {
    auto path = std::move(*next);
    auto page = co_await call<http::Page<Item>>(transport, service, http::Method::get, std::move(path));
    if (!page) co_return page.error();
    std::move(page->items.begin(), page->items.end(), std::back_inserter(items));
    next = std::move(page->next);
  }
  co_return items;
}

}  // namespace cp::net
