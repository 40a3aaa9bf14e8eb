// What accounts, authorities and policies look like on the wire.
#pragma once

#include "services/identity/model.hpp"
#include "shared/http/router.hpp"
#include "shared/json/wire.hpp"

namespace cp::identity {

// ---------------------------------------------------------------- accounts

struct SignUp {
  Id<"authority"> authority;
  std::string email;
  std::string password;
  std::string name;
};
constexpr auto wire(const SignUp*) {
  return json::object(
      "SignUp", json::field("authority", &SignUp::authority, "Where the family lives."),
      json::field("email", &SignUp::email, "To sign in with.", json::between(3, 254)),
      json::field("password", &SignUp::password, "At least 10 characters.", json::between(10, 200)),
      json::field("name", &SignUp::name, "What others in the forum see.", json::between(1, 80)));
}

struct SignIn {
  std::string email;
  std::string password;
};
constexpr auto wire(const SignIn*) {
  return json::object(
      "SignIn", json::field("email", &SignIn::email, "As given at sign-up.", json::between(1, 254)),
      json::field("password", &SignIn::password, "The account's password.", json::between(1, 200)));
}

struct NewAccount {
  http::Role role = http::Role::parent;
  std::string email;
  std::string password;
  std::string name;
  std::optional<Id<"authority">> authority;
  std::optional<Id<"provider">> provider;
};
constexpr auto wire(const NewAccount*) {
  return json::object(
      "NewAccount", json::field("role", &NewAccount::role, "What the account may do."),
      json::field("email", &NewAccount::email, "To sign in with.", json::between(3, 254)),
      json::field("password", &NewAccount::password, "At least 10 characters.", json::between(10, 200)),
      json::field("name", &NewAccount::name, "What others see.", json::between(1, 80)),
      json::field("authority", &NewAccount::authority,
                  "Needed by all roles but provider and administrator; yours where it is left out."),
      json::field("provider", &NewAccount::provider, "Whom a provider's account acts for."));
}

struct AccountView {
  Id<"account"> id;
  http::Role role = http::Role::parent;
  std::string name;
  std::string email;
  std::optional<Id<"authority">> authority;
  std::optional<std::string> authority_name;
  std::optional<Id<"family">> family;
  std::optional<Id<"provider">> provider;
};
constexpr auto wire(const AccountView*) {
  return json::object(
      "AccountView", json::field("id", &AccountView::id, "The account."),
      json::field("role", &AccountView::role, "What it may do."),
      json::field("name", &AccountView::name, "What others see."),
      json::field("email", &AccountView::email, "What it signs in with."),
      json::field("authority", &AccountView::authority, "Its authority."),
      json::field("authority_name", &AccountView::authority_name, "The authority's name."),
      json::field("family", &AccountView::family, "A parent's family."),
      json::field("provider", &AccountView::provider, "Whom a provider's account acts for."));
}

// ---------------------------------------------------------------- authorities

struct NewAuthority {
  std::string name;
  std::string slug;
};
constexpr auto wire(const NewAuthority*) {
  return json::object(
      "NewAuthority", json::field("name", &NewAuthority::name, "Such as Trafford.", json::between(1, 80)),
      json::field("slug", &NewAuthority::slug, "For addresses: small letters, digits and hyphens.",
                  json::between(1, 80)));
}

struct AuthorityView {
  Id<"authority"> id;
  std::string name;
  std::string slug;
};
constexpr auto wire(const AuthorityView*) {
  return json::object("AuthorityView", json::field("id", &AuthorityView::id, "The authority."),
                      json::field("name", &AuthorityView::name, "Its name."),
                      json::field("slug", &AuthorityView::slug, "Its name in addresses."));
}

struct SpendingRuleView {
  FundingStream stream = FundingStream::short_breaks;
  std::string category;
  SpendingDecision rule = SpendingDecision::ask;
  std::string reason;
};
constexpr auto wire(const SpendingRuleView*) {
  return json::object(
      "SpendingRule", json::field("stream", &SpendingRuleView::stream, "The money it is about."),
      json::field("category", &SpendingRuleView::category, "An activity type, or * for all others.",
                  json::between(1, 120)),
      json::field("rule", &SpendingRuleView::rule, "Whether it may be spent on that."),
      json::field("reason", &SpendingRuleView::reason, "Why, in words for families.",
                  json::between(0, 500)));
}

constexpr auto wire(const BudgetRules*) {
  return json::object(
      "BudgetRules",
      json::field("carry_over_percent", &BudgetRules::carry_over_percent,
                  "How much of a stream may be carried over into the next plan; the rest goes back.",
                  json::between(0, 100)),
      json::field("carry_over_pence", &BudgetRules::carry_over_pence, "And of each stream at most this.",
                  json::between(0, 10'000'000'000)),
      json::field("pence_per_point", &BudgetRules::pence_per_point, "The price of a point of allocation.",
                  json::between(1, 10'000'000)),
      json::field("keep_permille", &BudgetRules::keep_permille,
                  "A new amount is at least so many thousandths of the current one.", json::between(0, 1'000)),
      json::field("rise_permille", &BudgetRules::rise_permille, "And at most so many.", json::between(1'000, 100'000)));
}

struct PolicyInput {
  std::int64_t free_percent = 0;
  bool permission_required = true;
  std::optional<std::int64_t> ras_threshold_points;
  std::vector<SpendingRuleView> spending_rules;
  std::optional<BudgetRules> budget;
};
constexpr auto wire(const PolicyInput*) {
  return json::object(
      "PolicyInput",
      json::field("free_percent", &PolicyInput::free_percent,
                  "How much of an agreed plan may be pooled without asking.", json::between(0, 100)),
      json::field("permission_required", &PolicyInput::permission_required,
                  "Whether more may be pooled by permission."),
      json::field("ras_threshold_points", &PolicyInput::ras_threshold_points,
                  "From how many points of allocation a budget is offered.", json::between(0, 100'000)),
      json::field("spending_rules", &PolicyInput::spending_rules, "What each stream may be spent on.",
                  json::between(0, 200)),
      json::field("budget", &PolicyInput::budget, "How amounts are worked out; as it is where it is left out."));
}

struct PolicyView {
  std::int64_t free_percent = 0;
  bool permission_required = true;
  std::optional<std::int64_t> ras_threshold_points;
  std::vector<SpendingRuleView> spending_rules;
  BudgetRules budget;
  std::string currency = "GBP";
  std::int64_t version = 1;
};
constexpr auto wire(const PolicyView*) {
  return json::object(
      "PolicyView",
      json::field("free_percent", &PolicyView::free_percent,
                  "How much of an agreed plan may be pooled without asking.", json::between(0, 100)),
      json::field("permission_required", &PolicyView::permission_required,
                  "Whether more may be pooled by permission."),
      json::field("ras_threshold_points", &PolicyView::ras_threshold_points,
                  "From how many points of allocation a budget is offered."),
      json::field("spending_rules", &PolicyView::spending_rules, "What each stream may be spent on."),
      json::field("budget", &PolicyView::budget, "How amounts are worked out."),
      json::field("currency", &PolicyView::currency, "Of every amount."),
      json::field("version", &PolicyView::version, "Also the ETag."));
}

struct LogEntryView {
  std::string id;
  Timestamp at = {};
  LoggedAction action = LoggedAction::account_created;
  std::optional<Id<"account">> account;
  std::optional<Id<"authority">> authority;
  std::string subject;
};
constexpr auto wire(const LogEntryView*) {
  return json::object(
      "AccessLogEntry", json::field("id", &LogEntryView::id, "The entry."),
      json::field("at", &LogEntryView::at, "When."), json::field("action", &LogEntryView::action, "What."),
      json::field("account", &LogEntryView::account, "Who; nobody where it was the command line."),
      json::field("authority", &LogEntryView::authority, "Whose authority it is about."),
      json::field("subject", &LogEntryView::subject, "The id of what was made, changed or taken away."));
}

// ---------------------------------------------------------------- between services

/// What another service wants written into the access log.
struct LogNote {
  LoggedAction action = LoggedAction::file_taken;
  Id<"account"> account;
  std::optional<Id<"authority">> authority;
  std::string subject;
};
constexpr auto wire(const LogNote*) {
  return json::object("AccessLogNote", json::field("action", &LogNote::action, "What."),
                      json::field("account", &LogNote::account, "Who."),
                      json::field("authority", &LogNote::authority, "Whose authority it is about."),
                      json::field("subject", &LogNote::subject, "The id of what it is about.", json::between(1, 200)));
}

struct AuthorityPolicy {
  Id<"authority"> id;
  std::string name;
  std::string slug;
  PolicyView policy;
};
constexpr auto wire(const AuthorityPolicy*) {
  return json::object("AuthorityPolicy", json::field("id", &AuthorityPolicy::id, "The authority."),
                      json::field("name", &AuthorityPolicy::name, "Its name."),
                      json::field("slug", &AuthorityPolicy::slug, "Its name in addresses."),
                      json::field("policy", &AuthorityPolicy::policy, "Its policy."));
}

struct AccountCard {
  Id<"account"> id;
  std::string name;
  http::Role role = http::Role::parent;
  std::optional<Id<"authority">> authority;
};
constexpr auto wire(const AccountCard*) {
  return json::object("AccountCard", json::field("id", &AccountCard::id, "The account."),
                      json::field("name", &AccountCard::name, "What others see."),
                      json::field("role", &AccountCard::role, "What it may do."),
                      json::field("authority", &AccountCard::authority, "Its authority."));
}

struct SessionQuestion {
  std::string token_hash;
};
constexpr auto wire(const SessionQuestion*) {
  return json::object("SessionQuestion",
                      json::field("token_hash", &SessionQuestion::token_hash, "SHA-256 of the token.",
                                  json::between(64, 64)));
}

/// A principal that is there, with the end of its session; or nobody.
struct SessionAnswer {
  std::optional<Id<"account">> account;
  http::Role role = http::Role::parent;
  std::optional<Id<"authority">> authority;
  std::optional<Id<"family">> family;
  std::optional<Id<"provider">> provider;
  Timestamp expires = {};
};
constexpr auto wire(const SessionAnswer*) {
  return json::object("SessionAnswer",
                      json::field("account", &SessionAnswer::account, "Who is signed in, if anybody."),
                      json::field("role", &SessionAnswer::role, "What they may do."),
                      json::field("authority", &SessionAnswer::authority, "Their authority."),
                      json::field("family", &SessionAnswer::family, "Their family."),
                      json::field("provider", &SessionAnswer::provider, "Their provider."),
                      json::field("expires", &SessionAnswer::expires, "When the session ends."));
}

// ---------------------------------------------------------------- addresses

struct AuthorityPath {
  Id<"authority"> authority;
};
constexpr auto wire(const AuthorityPath*) {
  return json::object("AuthorityPath",
                      json::field("authority", &AuthorityPath::authority, "The authority."));
}
struct AccountPath {
  Id<"account"> account;
};
constexpr auto wire(const AccountPath*) {
  return json::object("AccountPath", json::field("account", &AccountPath::account, "The account."));
}
struct AuthorityQuery {
  std::optional<std::string> name;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const AuthorityQuery*) {
  return json::object(
      "AuthorityQuery", json::field("name", &AuthorityQuery::name, "Only the one of this name or slug."),
      json::field("after", &AuthorityQuery::after, "From the `next` of the page before."),
      json::field("limit", &AuthorityQuery::limit, "Items on a page.", json::between(1, 500)));
}
struct AccountQuery {
  std::optional<http::Role> role;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const AccountQuery*) {
  return json::object(
      "AccountQuery", json::field("role", &AccountQuery::role, "Only accounts of this role."),
      json::field("after", &AccountQuery::after, "From the `next` of the page before."),
      json::field("limit", &AccountQuery::limit, "Items on a page.", json::between(1, 500)));
}
struct LogQuery {
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const LogQuery*) {
  return json::object(
      "AccessLogQuery", json::field("after", &LogQuery::after, "From the `next` of the page before."),
      json::field("limit", &LogQuery::limit, "Items on a page.", json::between(1, 500)));
}

}  // namespace cp::identity
