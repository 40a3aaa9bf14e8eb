#include "shared/net/transport.hpp"

#include "shared/http/client.hpp"

#include <charconv>
#include <stdexcept>

namespace cp::net {
namespace {

class LocalTransport final : public Transport {
 public:
  explicit LocalTransport(const http::Router& router) : router_(router) {}
  Task<http::Response> call(std::string_view, http::Request request) override {
    request.internal = true;
    co_return co_await router_.dispatch(request);
  }

 private:
  const http::Router& router_;
};

struct Address {
  std::string host;
  std::uint16_t port = 0;
};

/// `http://host:port`, nothing more: services call each other within one network.
Address parse_url(const std::string& service, const std::string& url) {
  constexpr std::string_view scheme = "http://";
  const auto refuse = [&] {
    throw std::invalid_argument("The address of " + service + " in service.urls has to be http://host:port.");
  };
  if (!url.starts_with(scheme)) refuse();
  auto rest = std::string_view(url).substr(scheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0) refuse();
  Address address{.host = std::string(rest.substr(0, colon))};
  const auto port = rest.substr(colon + 1);
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (failed != std::errc() || end != port.data() + port.size() || address.port == 0) refuse();
  return address;
}

class HttpTransport final : public Transport {
 public:
  HttpTransport(const http::Router& router, const std::map<std::string, std::string, std::less<>>& urls,
                std::string token)
      : local_(router), token_(std::move(token)) {
    for (const auto& [service, url] : urls) addresses_.emplace(service, parse_url(service, url));
  }

  Task<http::Response> call(std::string_view service, http::Request request) override {
    const auto found = addresses_.find(service);
    if (found == addresses_.end()) co_return co_await local_.call(service, std::move(request));
    request.headers.emplace_back("X-Service-Token", token_);
    if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    const auto request_id = request.request_id;
    auto answer = co_await client_.send(found->second.host, found->second.port, std::move(request));
    if (!answer) co_return http::problem(answer.error(), request_id);
    co_return std::move(*answer);
  }

 private:
  LocalTransport local_;
  std::map<std::string, Address, std::less<>> addresses_;
  std::string token_;
  http::Client client_;
};

}  // namespace

std::unique_ptr<Transport> make_local_transport(const http::Router& router) {
  return std::make_unique<LocalTransport>(router);
}

std::unique_ptr<Transport> make_http_transport(const http::Router& router,
                                               std::map<std::string, std::string, std::less<>> urls,
                                               std::string token) {
  return std::make_unique<HttpTransport>(router, urls, std::move(token));
}

}  // namespace cp::net
