#include "services/identity/api.hpp"

#include "services/identity/rules.hpp"
#include "shared/core/hash.hpp"
#include "shared/http/commit.hpp"
#include "shared/http/cursor.hpp"

namespace cp::identity {
namespace {

using http::Answer;
using http::Method;
using http::NoParams;
using http::Page;
using http::Request;
using http::Role;

constexpr std::size_t networks_remembered = 10'000;
constexpr std::size_t accounts_remembered = 10'000;
constexpr std::int64_t ended_sessions_at_once = 100;
constexpr std::int64_t microseconds_a_minute = 60'000'000;

Error wrong_sign_in() {
  Error error = unauthenticated();
  error.code = "wrong-sign-in";
  error.detail = "The e-mail address or the password is not right. Check both and try again.";
  return error;
}

Error too_many_attempts(std::int64_t seconds) {
  Error error;
  error.kind = ErrorKind::rate_limited;
  error.code = "too-many-attempts";
  error.detail = "Too many attempts. Wait " + std::to_string(seconds) +
                 (seconds == 1 ? " second" : " seconds") + " and try again; nothing is locked.";
  return std::move(error).with("retry_after_seconds", seconds);
}

Error account_exists() {
  return conflict("account-exists",
                  "There is an account with this e-mail address. Sign in with it, or use another address.");
}

http::Principal principal_of(const Account& account) {
  return {account.id, account.role, account.authority, account.family, account.provider};
}

AccountView view(db::Tx& tx, const Account& account) {
  AccountView out{account.id,        account.role, account.name,   account.email,
                  account.authority, std::nullopt, account.family, account.provider};
  if (account.authority) {
    if (const auto authority = store::find(tx, *account.authority)) out.authority_name = authority->name;
  }
  return out;
}

AuthorityView view(const Authority& authority) { return {authority.id, authority.name, authority.slug}; }

PolicyView view(const Policy& policy) {
  PolicyView out;
  out.free_percent = policy.free_percent;
  out.permission_required = policy.permission_required;
  out.ras_threshold_points = policy.ras_threshold_points;
  out.budget = policy.budget;
  out.version = policy.version;
  for (const auto& rule : policy.spending_rules) {
    out.spending_rules.push_back({rule.stream, rule.category, rule.decision, rule.reason});
  }
  return out;
}

Policy policy_from(const PolicyInput& input) {
  Policy policy;
  policy.free_percent = input.free_percent;
  policy.permission_required = input.permission_required;
  policy.ras_threshold_points = input.ras_threshold_points;
  for (const auto& rule : input.spending_rules) {
    policy.spending_rules.push_back({rule.stream, tidy_name(rule.category), rule.rule, rule.reason});
  }
  return policy;
}

LogEntryView view(const LogEntry& entry) {
  return {entry.id, entry.at, entry.action, entry.account, entry.authority, entry.subject};
}

/// Of rows of which one more was read than a page holds.
template <class View, class Row, class ToView, class KeyOf>
Page<View> page_of(const Request& request, std::vector<Row> rows, std::int64_t limit, ToView to_view,
                   KeyOf key_of) {
  Page<View> page;
  page.next = http::cut(request, rows, limit, key_of);
  for (const auto& row : rows) page.items.push_back(to_view(row));
  return page;
}

/// The filter of a list that `who` may see, one row longer than a page.
Result<store::Filter> filter_for(const http::Principal& who, const std::optional<std::string>& after,
                                 std::int64_t limit) {
  store::Filter filter;
  filter.authority = reach_of(who).authority;
  filter.limit = limit + 1;
  if (after) {
    auto cursor = http::decode_cursor(*after, 1);
    if (!cursor) return cursor.error();
    filter.before_id = std::move(cursor->front());
  }
  return filter;
}

/// A tidied account and what is wrong with its texts.
Result<Done> check_texts(const Account& account) {
  Error error = invalid("invalid-fields", "Some fields need to be put right.");
  for (const auto& checked : {check_email(account.email), check_name(account.name)}) {
    if (checked) continue;
    const auto& found = checked.error().fields;
    error.fields.insert(error.fields.end(), found.begin(), found.end());
  }
  if (error.fields.empty()) return Done{};
  return error;
}

}  // namespace

IdentityApi::IdentityApi(app::Context& context)
    : context_(context),
      per_network_(context.config.sign_in_attempts_per_minute, networks_remembered),
      per_account_(context.config.sign_in_attempts_per_minute, accounts_remembered),
      authenticator_(context.config, context.clock,
                     [this](std::string token_hash) { return look_up(std::move(token_hash)); }),
      nobodys_hash_(hash_password(random_token())) {}

std::int64_t IdentityApi::page_items(const std::optional<std::int64_t>& limit) const {
  return limit.value_or(context_.config.page_items);
}

// ---------------------------------------------------------------- signing in and out

Result<Done> IdentityApi::may_try(const std::string& network, const std::string& email, Timestamp now) {
  if (const auto wait = per_network_.take(network, now)) return too_many_attempts(*wait);
  if (email.empty()) return Done{};
  // Counted for addresses nobody has as well, so that the answer does not tell which exist.
  if (const auto wait = per_account_.take(email, now)) {
    per_network_.give_back(network);
    return too_many_attempts(*wait);
  }
  return Done{};
}

Task<Result<std::string>> IdentityApi::hash(std::string password) {
  auto work = [&password]() -> Result<std::string> { return hash_password(password); };
  co_return co_await context_.workers.run(work);
}

IdentityApi::OpenSession IdentityApi::open_session(const Id<"account">& account, Timestamp now) const {
  OpenSession opened{random_token(), {}};
  opened.session = {sha256_hex(opened.token), account, now,
                    now + std::chrono::hours(context_.config.session_hours)};
  return opened;
}

Answer<AccountView> IdentityApi::with_cookie(Answer<AccountView> answer, const OpenSession& opened) const {
  return std::move(answer).with("Set-Cookie", session_cookie(opened.token, context_.config));
}

/// Once a minute, a sign-in also sweeps: ended sessions need no clock of their own.
bool IdentityApi::sweep_is_due(Timestamp now) {
  const auto now_us = to_microseconds(now);
  auto last_us = last_sweep_us_.load();
  return now_us - last_us >= microseconds_a_minute && last_sweep_us_.compare_exchange_strong(last_us, now_us);
}

// No `Idempotency-Key` here: the address itself makes a second sign-up harmless, and an answer that
// is kept must not carry a cookie.
Task<Result<Answer<AccountView>>> IdentityApi::sign_up(Request& request, NoParams, SignUp body) {
  const auto now = context_.clock.now();
  Account account;
  account.id = context_.ids.make<"account">(now);
  account.role = Role::parent;
  account.email = normal_email(body.email);
  account.name = tidy_name(body.name);
  account.authority = body.authority;
  account.family = context_.ids.make<"family">(now);
  account.created = now;
  if (const auto good = check_texts(account); !good) co_return good.error();
  // A refusal tells whether an address has an account: asking for many is slowed down like guessing.
  const auto network = network_of(request.remote_address);
  if (const auto may = may_try(network, {}, now); !may) co_return may.error();
  const auto password_hash = co_await hash(body.password);
  if (!password_hash) co_return password_hash.error();

  const auto opened = open_session(account.id, now);
  const LogEntry entry{context_.ids.next(now), now,  LoggedAction::signed_up,
                       account.id,             account.authority, account.id.text()};
  auto work = [&](db::Tx& tx) -> Result<AccountView> {
    if (!store::find(tx, body.authority)) {
      return invalid_field("/authority", "Choose one of the authorities in the list.");
    }
    if (!store::insert(tx, account, *password_hash)) return account_exists();
    store::insert(tx, opened.session);
    store::put_log(tx, entry);
    return view(tx, account);
  };
  auto made = co_await context_.database.write(work);
  if (!made) co_return made.error();
  per_network_.give_back(network);
  co_return with_cookie(http::created(std::move(*made), "/v1/identity/me"), opened);
}

Task<Result<Answer<AccountView>>> IdentityApi::sign_in(Request& request, NoParams, SignIn body) {
  const auto now = context_.clock.now();
  const auto email = normal_email(body.email);
  const auto network = network_of(request.remote_address);
  if (const auto may = may_try(network, email, now); !may) co_return may.error();

  auto find = [&](db::Tx& tx) -> Result<std::optional<store::Credentials>> {
    return store::find_credentials(tx, email);
  };
  const auto found = co_await context_.database.read(find);
  if (!found) co_return found.error();
  // An address that nobody has takes as long as a wrong password.
  const auto& known_hash = *found ? (*found)->password_hash : nobodys_hash_;
  auto check = [&]() -> Result<bool> { return password_matches(known_hash, body.password); };
  const auto matches = co_await context_.workers.run(check);
  if (!matches) co_return matches.error();
  if (!*matches || !*found) co_return wrong_sign_in();

  const auto& account = (*found)->account;
  const auto opened = open_session(account.id, now);
  const bool sweep = sweep_is_due(now);
  auto work = [&](db::Tx& tx) -> Result<AccountView> {
    store::insert(tx, opened.session);
    if (sweep) store::delete_ended_sessions(tx, now, ended_sessions_at_once);
    return view(tx, account);
  };
  auto signed_in = co_await context_.database.write(work);
  if (!signed_in) co_return signed_in.error();
  per_network_.give_back(network);
  per_account_.give_back(email);
  co_return with_cookie(Answer<AccountView>(std::move(*signed_in)), opened);
}

Task<Result<Answer<json::Empty>>> IdentityApi::sign_out(Request& request, NoParams) {
  if (const auto token = session_token(request)) {
    const auto token_hash = sha256_hex(*token);
    auto work = [&](db::Tx& tx) -> Result<Done> {
      store::delete_session(tx, token_hash);
      return Done{};
    };
    const auto done = co_await context_.database.write(work);
    if (!done) co_return done.error();
    authenticator_.end(token_hash);
  }
  co_return http::no_content().with("Set-Cookie", ended_session_cookie(context_.config));
}

Task<Result<Answer<AccountView>>> IdentityApi::me(Request& request, NoParams) {
  auto work = [&](db::Tx& tx) -> Result<AccountView> {
    const auto account = store::find(tx, request.who().account);
    if (!account) return not_found();
    return view(tx, *account);
  };
  auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  co_return std::move(*found);
}

Task<Result<std::optional<SessionHolder>>> IdentityApi::look_up(std::string token_hash) {
  const auto now = context_.clock.now();
  auto work = [&](db::Tx& tx) -> Result<std::optional<SessionHolder>> {
    const auto found = store::find_session(tx, token_hash, now);
    if (!found) return std::optional<SessionHolder>();
    return std::optional(SessionHolder{principal_of(found->account), found->expires});
  };
  co_return co_await context_.database.read(work);
}

// ---------------------------------------------------------------- authorities

Task<Result<Answer<Page<AuthorityView>>>> IdentityApi::authorities(Request& request, AuthorityQuery query) {
  const auto limit = page_items(query.limit);
  std::vector<std::string> after{"", ""};
  if (query.after) {
    auto cursor = http::decode_cursor(*query.after, 2);
    if (!cursor) co_return cursor.error();
    after = std::move(*cursor);
  }
  auto work = [&](db::Tx& tx) -> Result<std::vector<Authority>> {
    if (!query.name) return store::authorities(tx, after[0], after[1], limit + 1);
    std::vector<Authority> found;
    if (auto one = store::find_named(tx, *query.name)) found.push_back(std::move(*one));
    return found;
  };
  const auto rows = co_await context_.database.read(work);
  if (!rows) co_return rows.error();
  co_return page_of<AuthorityView>(
      request, *rows, limit, [](const Authority& authority) { return view(authority); },
      [](const Authority& authority) {
        return std::vector<std::string>{lower(authority.name), authority.id.text()};
      });
}

Task<Result<Answer<AuthorityView>>> IdentityApi::add_authority(Request& request, NoParams,
                                                               NewAuthority body) {
  if (!reach_of(request.who()).everything) {
    co_return forbidden("Only an administrator of all authorities can add one.");
  }
  const auto now = context_.clock.now();
  Authority authority;
  authority.id = context_.ids.make<"authority">(now);
  authority.name = tidy_name(body.name);
  authority.slug = body.slug;
  authority.policy = cautious_policy();
  authority.created = now;
  if (const auto good = check_name(authority.name); !good) co_return good.error();
  if (const auto good = check_slug(authority.slug); !good) co_return good.error();
  const LogEntry entry{context_.ids.next(now),  now,          LoggedAction::authority_created,
                       request.who().account, authority.id, authority.id.text()};
  auto work = [&](db::Tx& tx) -> Result<Answer<AuthorityView>> {
    if (!store::insert(tx, authority)) {
      return conflict("authority-exists", "There is an authority of this name or slug already.");
    }
    store::put_log(tx, entry);
    return http::created(view(authority), "/v1/identity/authorities/" + authority.id.text() + "/policy");
  };
  co_return co_await http::commit<AuthorityView>(context_.database, request, now, work);
}

Task<Result<Answer<PolicyView>>> IdentityApi::policy(Request& request, AuthorityPath path) {
  if (!belongs_to(request.who(), path.authority)) co_return not_found();
  auto work = [&](db::Tx& tx) -> Result<Answer<PolicyView>> {
    const auto authority = store::find(tx, path.authority);
    if (!authority) return not_found();
    return Answer<PolicyView>(view(authority->policy)).at_version(authority->policy.version);
  };
  co_return co_await context_.database.read(work);
}

Task<Result<Answer<PolicyView>>> IdentityApi::set_policy(Request& request, AuthorityPath path,
                                                         PolicyInput body) {
  if (!belongs_to(request.who(), path.authority)) co_return not_found();
  const auto wanted = policy_from(body);
  if (const auto good = check_policy(wanted); !good) co_return good.error();
  const auto now = context_.clock.now();
  const LogEntry entry{context_.ids.next(now),  now,            LoggedAction::policy_changed,
                       request.who().account, path.authority, path.authority.text()};
  auto work = [&](db::Tx& tx) -> Result<Answer<PolicyView>> {
    const auto authority = store::find(tx, path.authority);
    if (!authority) return not_found();
    CP_TRY(http::check_version(request, authority->policy.version));
    auto policy = wanted;
    policy.version = authority->policy.version;
    policy.budget = body.budget.value_or(authority->policy.budget);
    sort_rules(policy);
    store::update(tx, path.authority, policy);
    store::put_log(tx, entry);
    return Answer<PolicyView>(view(policy)).at_version(policy.version);
  };
  co_return co_await http::commit<PolicyView>(context_.database, request, now, work);
}

// ---------------------------------------------------------------- accounts

Task<Result<Answer<AccountView>>> IdentityApi::add_account(Request& request, NoParams, NewAccount body) {
  const auto standing = plan_account(request.who(), {body.role, body.authority, body.provider});
  if (!standing) co_return standing.error();
  const auto now = context_.clock.now();
  Account account;
  account.id = context_.ids.make<"account">(now);
  account.role = standing->role;
  account.email = normal_email(body.email);
  account.name = tidy_name(body.name);
  account.authority = standing->authority;
  account.provider = standing->provider;
  if (account.role == Role::parent) account.family = context_.ids.make<"family">(now);
  account.created = now;
  if (const auto good = check_texts(account); !good) co_return good.error();
  const auto password_hash = co_await hash(body.password);
  if (!password_hash) co_return password_hash.error();

  const LogEntry entry{context_.ids.next(now),  now,  LoggedAction::account_created,
                       request.who().account, account.authority, account.id.text()};
  auto work = [&](db::Tx& tx) -> Result<Answer<AccountView>> {
    if (account.authority && !store::find(tx, *account.authority)) {
      return invalid_field("/authority", "Choose one of the authorities in the list.");
    }
    if (!store::insert(tx, account, *password_hash)) return account_exists();
    store::put_log(tx, entry);
    return Answer<AccountView>(view(tx, account), 201);
  };
  // What is kept under the Idempotency-Key includes a hash of the body; the password is too easy
  // to guess from such a hash to be part of it.
  auto without_password = request;
  body.password.clear();
  without_password.body = json::write(body);
  co_return co_await http::commit<AccountView>(context_.database, without_password, now, work);
}

Task<Result<Answer<Page<AccountView>>>> IdentityApi::accounts(Request& request, AccountQuery query) {
  const auto limit = page_items(query.limit);
  auto filter = filter_for(request.who(), query.after, limit);
  if (!filter) co_return filter.error();
  filter->role = query.role;
  auto work = [&](db::Tx& tx) -> Result<Page<AccountView>> {
    return page_of<AccountView>(
        request, store::accounts(tx, *filter), limit,
        [&](const Account& account) { return view(tx, account); },
        [](const Account& account) { return std::vector<std::string>{account.id.text()}; });
  };
  auto page = co_await context_.database.read(work);
  if (!page) co_return page.error();
  co_return std::move(*page);
}

Task<Result<Answer<Page<LogEntryView>>>> IdentityApi::access_log(Request& request, LogQuery query) {
  const auto limit = page_items(query.limit);
  const auto filter = filter_for(request.who(), query.after, limit);
  if (!filter) co_return filter.error();
  auto work = [&](db::Tx& tx) -> Result<std::vector<LogEntry>> { return store::log(tx, *filter); };
  const auto rows = co_await context_.database.read(work);
  if (!rows) co_return rows.error();
  co_return page_of<LogEntryView>(
      request, *rows, limit, [](const LogEntry& entry) { return view(entry); },
      [](const LogEntry& entry) { return std::vector<std::string>{entry.id}; });
}

// ---------------------------------------------------------------- for other services

namespace {

AuthorityPolicy with_policy(const Authority& authority) {
  return {authority.id, authority.name, authority.slug, view(authority.policy)};
}

}  // namespace

Task<Result<Answer<json::Empty>>> IdentityApi::add_to_log(Request&, NoParams, LogNote body) {
  const auto now = context_.clock.now();
  const LogEntry entry{context_.ids.next(now), now, body.action, body.account, body.authority, body.subject};
  auto work = [&](db::Tx& tx) -> Result<Answer<json::Empty>> {
    store::put_log(tx, entry);
    return json::Empty();
  };
  co_return co_await context_.database.write(work);
}

Task<Result<Answer<AuthorityPolicy>>> IdentityApi::authority_policy(Request&, AuthorityPath path) {
  auto work = [&](db::Tx& tx) -> Result<Answer<AuthorityPolicy>> {
    const auto authority = store::find(tx, path.authority);
    if (!authority) return not_found("There is no such authority.");
    return Answer<AuthorityPolicy>(with_policy(*authority));
  };
  co_return co_await context_.database.read(work);
}

Task<Result<Answer<Page<AuthorityPolicy>>>> IdentityApi::authority_policies(Request& request,
                                                                            AuthorityQuery query) {
  auto listed = co_await authorities(request, std::move(query));
  if (!listed) co_return listed.error();
  auto work = [&](db::Tx& tx) -> Result<Page<AuthorityPolicy>> {
    Page<AuthorityPolicy> page{{}, listed->value.next};
    for (const auto& one : listed->value.items) {
      if (const auto authority = store::find(tx, one.id)) page.items.push_back(with_policy(*authority));
    }
    return page;
  };
  auto page = co_await context_.database.read(work);
  if (!page) co_return page.error();
  co_return std::move(*page);
}

Task<Result<Answer<AccountCard>>> IdentityApi::account_card(Request&, AccountPath path) {
  auto work = [&](db::Tx& tx) -> Result<Answer<AccountCard>> {
    const auto account = store::find(tx, path.account);
    if (!account) return not_found("There is no such account.");
    return Answer<AccountCard>({account->id, account->name, account->role, account->authority});
  };
  co_return co_await context_.database.read(work);
}

Task<Result<Answer<SessionAnswer>>> IdentityApi::session(Request&, NoParams, SessionQuestion body) {
  const auto holder = co_await look_up(std::move(body.token_hash));
  if (!holder) co_return holder.error();
  SessionAnswer answer;
  if (*holder) {
    const auto& who = (*holder)->principal;
    answer = {who.account, who.role, who.authority, who.family, who.provider, (*holder)->expires};
  }
  co_return answer;
}

}  // namespace cp::identity
