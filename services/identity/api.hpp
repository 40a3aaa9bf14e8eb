// The routes of accounts and authorities.
#pragma once

#include "services/identity/rate_limit.hpp"
#include "services/identity/sessions.hpp"
#include "services/identity/store.hpp"
#include "services/identity/wire.hpp"
#include "shared/app/service.hpp"

#include <atomic>
#include <string>

namespace cp::identity {

class IdentityApi {
 public:
  explicit IdentityApi(app::Context& context);

  Task<Result<http::Answer<AccountView>>> sign_up(http::Request& request, http::NoParams, SignUp body);
  Task<Result<http::Answer<AccountView>>> sign_in(http::Request& request, http::NoParams, SignIn body);
  Task<Result<http::Answer<json::Empty>>> sign_out(http::Request& request, http::NoParams);
  Task<Result<http::Answer<AccountView>>> me(http::Request& request, http::NoParams);

  Task<Result<http::Answer<http::Page<AuthorityView>>>> authorities(http::Request& request,
                                                                    AuthorityQuery query);
  Task<Result<http::Answer<AuthorityView>>> add_authority(http::Request& request, http::NoParams,
                                                          NewAuthority body);
  Task<Result<http::Answer<PolicyView>>> policy(http::Request& request, AuthorityPath path);
  Task<Result<http::Answer<PolicyView>>> set_policy(http::Request& request, AuthorityPath path,
                                                    PolicyInput body);

  Task<Result<http::Answer<AccountView>>> add_account(http::Request& request, http::NoParams,
                                                      NewAccount body);
  Task<Result<http::Answer<http::Page<AccountView>>>> accounts(http::Request& request,
                                                               AccountQuery query);
  Task<Result<http::Answer<json::Empty>>> add_to_log(http::Request& request, http::NoParams, LogNote body);
  Task<Result<http::Answer<http::Page<LogEntryView>>>> access_log(http::Request& request,
                                                                  LogQuery query);

  Task<Result<http::Answer<AuthorityPolicy>>> authority_policy(http::Request& request,
                                                               AuthorityPath path);
  Task<Result<http::Answer<http::Page<AuthorityPolicy>>>> authority_policies(http::Request& request,
                                                                             AuthorityQuery query);
  Task<Result<http::Answer<AccountCard>>> account_card(http::Request& request, AccountPath path);
  Task<Result<http::Answer<SessionAnswer>>> session(http::Request& request, http::NoParams,
                                                    SessionQuestion body);

  void add_routes(http::Router& router);
  Authenticator& authenticator() { return authenticator_; }

 private:
  struct OpenSession {
    std::string token;
    Session session;
  };
  Task<Result<std::optional<SessionHolder>>> look_up(std::string token_hash);
  Task<Result<std::string>> hash(std::string password);
  Result<Done> may_try(const std::string& network, const std::string& email, Timestamp now);
  [[nodiscard]] OpenSession open_session(const Id<"account">& account, Timestamp now) const;
  [[nodiscard]] http::Answer<AccountView> with_cookie(http::Answer<AccountView> answer,
                                                      const OpenSession& opened) const;
  bool sweep_is_due(Timestamp now);
  [[nodiscard]] std::int64_t page_items(const std::optional<std::int64_t>& limit) const;

  app::Context& context_;
  RateLimit per_network_;
  RateLimit per_account_;
  Authenticator authenticator_;
  const std::string nobodys_hash_;
  std::atomic<std::int64_t> last_sweep_us_ = 0;
};

}  // namespace cp::identity
