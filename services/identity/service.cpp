#include "services/identity/service.hpp"

#include "services/identity/api.hpp"

namespace cp {
extern const std::string_view identity_schema;
}

namespace cp::identity {

using http::Method;
using http::Role;

void IdentityApi::add_routes(http::Router& router) {
  router.add({Method::post, "/v1/identity/sign-up", http::anyone(),
              "Make a parent's account and sign in with it."},
             this, &IdentityApi::sign_up);
  router.add({Method::post, "/v1/identity/sign-in", http::anyone(), "Sign in; sets the session's cookie."},
             this, &IdentityApi::sign_in);
  router.add({Method::post, "/v1/identity/sign-out", http::signed_in(), "End this session."}, this,
             &IdentityApi::sign_out);
  router.add({Method::get, "/v1/identity/me", http::signed_in(), "The account that is signed in."}, this,
             &IdentityApi::me);
  router.add({Method::get, "/v1/identity/authorities", http::anyone(), "The authorities, by name."}, this,
             &IdentityApi::authorities);
  router.add({Method::post, "/v1/identity/authorities", http::roles(Role::administrator),
              "Add an authority; families there can pool nothing until its policy is set."},
             this, &IdentityApi::add_authority);
  router.add({Method::get, "/v1/identity/authorities/{authority}/policy", http::signed_in(),
              "What the authority lets families pool and spend."},
             this, &IdentityApi::policy);
  router.add({.method = Method::put,
              .path = "/v1/identity/authorities/{authority}/policy",
              .access = http::roles(Role::commissioner, Role::administrator),
              .summary = "Change the authority's policy.",
              .needs_if_match = true},
             this, &IdentityApi::set_policy);
  router.add({Method::post, "/v1/identity/accounts",
              http::roles(Role::facilitator, Role::commissioner, Role::administrator),
              "Make an account for somebody else."},
             this, &IdentityApi::add_account);
  router.add({Method::get, "/v1/identity/accounts", http::roles(Role::commissioner, Role::administrator),
              "The accounts of your authority, newest first."},
             this, &IdentityApi::accounts);
  router.add({Method::get, "/v1/identity/access-log", http::roles(Role::commissioner, Role::administrator),
              "Who made accounts, changed policies and took files away, newest first."},
             this, &IdentityApi::access_log);

  router.add({Method::get, "/internal/identity/authorities/{authority}", http::internal(),
              "An authority with its policy."},
             this, &IdentityApi::authority_policy);
  router.add({Method::get, "/internal/identity/authorities", http::internal(),
              "Authorities with their policies; by name or slug."},
             this, &IdentityApi::authority_policies);
  router.add({Method::get, "/internal/identity/accounts/{account}", http::internal(),
              "The name that others see of an account."},
             this, &IdentityApi::account_card);
  router.add({Method::post, "/internal/identity/access-log", http::internal(), "Write into the access log."}, this,
             &IdentityApi::add_to_log);
  router.add({Method::post, "/internal/identity/sessions", http::internal(),
              "Who holds the session with this hash."},
             this, &IdentityApi::session);
}

app::Service service() {
  return {"identity", {"identity", identity_schema}, [](app::Context& context) -> std::shared_ptr<void> {
            auto api = std::make_shared<IdentityApi>(context);
            api->add_routes(context.router);
            context.router.authenticate_with([api = api.get()](const http::Request& request) {
              return api->authenticator().authenticate(request);
            });
            return api;
          }};
}

namespace {

/// Asks the process that serves identity.
Task<Result<std::optional<SessionHolder>>> ask_who(net::Transport& transport, std::string token_hash) {
  SessionQuestion question;
  question.token_hash = std::move(token_hash);
  auto body = json::write(question);
  const auto answer = co_await net::call<SessionAnswer>(transport, "identity", Method::post,
                                                        "/internal/identity/sessions", std::move(body));
  if (!answer) co_return answer.error();
  if (!answer->account) co_return std::optional<SessionHolder>();
  const SessionHolder holder{
      {*answer->account, answer->role, answer->authority, answer->family, answer->provider},
      answer->expires};
  co_return std::optional(holder);
}

}  // namespace

void authenticate_remotely(app::Context& context) {
  auto look_up = [&transport = context.transport](std::string token_hash) {
    return ask_who(transport, std::move(token_hash));
  };
  auto authenticator = std::make_shared<Authenticator>(context.config, context.clock, look_up);
  context.router.authenticate_with([authenticator](const http::Request& request) {
    return authenticator->authenticate(request);
  });
}

}  // namespace cp::identity
