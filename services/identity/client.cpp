#include "services/identity/client.hpp"

#include "shared/http/cursor.hpp"

namespace cp::identity {
namespace {

constexpr std::string_view service_name = "identity";

}  // namespace

Task<Result<AuthorityPolicy>> Client::authority(Id<"authority"> id) const {
  auto path = "/internal/identity/authorities/" + id.text();
  co_return co_await net::call<AuthorityPolicy>(*transport_, service_name, http::Method::get,
                                                std::move(path));
}

Task<Result<AuthorityPolicy>> Client::authority_named(std::string name_or_slug) const {
  auto path = "/internal/identity/authorities?name=" + http::in_query(name_or_slug);
  auto found = co_await net::call<http::Page<AuthorityPolicy>>(*transport_, service_name,
                                                               http::Method::get, std::move(path));
  if (!found) co_return found.error();
  if (found->items.empty()) co_return not_found("There is no authority of this name.");
  co_return std::move(found->items.front());
}

Task<Result<AccountCard>> Client::account(Id<"account"> id) const {
  auto path = "/internal/identity/accounts/" + id.text();
  co_return co_await net::call<AccountCard>(*transport_, service_name, http::Method::get,
                                            std::move(path));
}

Task<Result<Done>> Client::log(LogNote note) const {
  const auto written = co_await net::call<json::Empty>(*transport_, service_name, http::Method::post,
                                                       "/internal/identity/access-log", json::write(note));
  if (!written) co_return written.error();
  co_return Done{};
}

}  // namespace cp::identity
