// Accounts, their sessions, and authorities with the policy each has set.
#pragma once

#include "shared/core/id.hpp"
#include "shared/core/names.hpp"
#include "shared/core/time.hpp"
#include "shared/http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cp::identity {

/// Where the money of a plan comes from; the same names as in payments.
enum class FundingStream { social_care, short_breaks, health, education_transport, equipment, own_money };
constexpr auto names_of(FundingStream) {
  return names<FundingStream>({{FundingStream::social_care, "social_care"},
                               {FundingStream::short_breaks, "short_breaks"},
                               {FundingStream::health, "health"},
                               {FundingStream::education_transport, "education_transport"},
                               {FundingStream::equipment, "equipment"},
                               {FundingStream::own_money, "own_money"}});
}

enum class SpendingDecision { allowed, not_allowed, ask };
constexpr auto names_of(SpendingDecision) {
  return names<SpendingDecision>({{SpendingDecision::allowed, "allowed"},
                                  {SpendingDecision::not_allowed, "not_allowed"},
                                  {SpendingDecision::ask, "ask"}});
}

/// What one stream may be spent on. `category` is an activity type, or `*` for all that have no
/// rule of their own.
struct SpendingRule {
  FundingStream stream = FundingStream::short_breaks;
  std::string category;
  SpendingDecision decision = SpendingDecision::ask;
  std::string reason;
  bool operator==(const SpendingRule&) const = default;
};

/// How an authority works out amounts: all of it is the authority's to set.
struct BudgetRules {
  std::int64_t carry_over_percent = 0;              // of a stream, into the next plan
  std::optional<std::int64_t> carry_over_pence;     // and of each stream at most this
  std::optional<std::int64_t> pence_per_point;      // of the resource allocation score
  std::int64_t keep_permille = 755;                 // of the current amount: a new one is at least this,
  std::int64_t rise_permille = 1'035;               // and at most this
  bool operator==(const BudgetRules&) const = default;
};

/// What an authority lets families pool: `free_percent` of an agreed plan without asking, and more
/// by permission where `permission_required` says that there is a permission to ask for.
struct Policy {
  std::int64_t free_percent = 0;
  bool permission_required = true;
  std::optional<std::int64_t> ras_threshold_points;
  std::vector<SpendingRule> spending_rules;  // by stream and category
  BudgetRules budget;
  std::int64_t version = 1;
  bool operator==(const Policy&) const = default;
};

struct Authority {
  Id<"authority"> id;
  std::string name;
  std::string slug;
  Policy policy;
  Timestamp created = {};
  bool operator==(const Authority&) const = default;
};

/// `email` is lower-case. What a role has and does not have is checked by the rules: a parent has
/// an authority and a family, a provider's account has a provider and no authority.
struct Account {
  Id<"account"> id;
  http::Role role = http::Role::parent;
  std::string email;
  std::string name;
  std::optional<Id<"authority">> authority;
  std::optional<Id<"family">> family;
  std::optional<Id<"provider">> provider;
  Timestamp created = {};
  bool operator==(const Account&) const = default;
};

/// A session is known by the hash of its token alone: whoever reads the database cannot sign in.
struct Session {
  std::string token_hash;
  Id<"account"> account;
  Timestamp created = {};
  Timestamp expires = {};
};

enum class LoggedAction { account_created, authority_created, policy_changed, signed_up, file_taken, payer_changed };
constexpr auto names_of(LoggedAction) {
  return names<LoggedAction>({{LoggedAction::account_created, "account-created"},
                              {LoggedAction::authority_created, "authority-created"},
                              {LoggedAction::policy_changed, "policy-changed"},
                              {LoggedAction::signed_up, "signed-up"},
                              {LoggedAction::file_taken, "file-taken"},
                              {LoggedAction::payer_changed, "payer-changed"}});
}

/// One line of the access log, which is only ever added to. `account` is empty where somebody
/// worked on the command line. `subject` is the id of what was made, changed or taken
/// away.
struct LogEntry {
  std::string id;
  Timestamp at = {};
  LoggedAction action = LoggedAction::account_created;
  std::optional<Id<"account">> account;
  std::optional<Id<"authority">> authority;
  std::string subject;
  bool operator==(const LogEntry&) const = default;
};

}  // namespace cp::identity
