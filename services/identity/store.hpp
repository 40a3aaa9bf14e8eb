// Accounts, sessions, authorities and the access log in the database.
#pragma once

#include "services/identity/model.hpp"
#include "shared/db/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cp::identity::store {

/// False, and nothing written, where the name or the slug is taken.
bool insert(db::Tx& tx, const Authority& authority);
std::optional<Authority> find(db::Tx& tx, const Id<"authority">& id);
/// By slug, or by name whatever the case of its letters.
std::optional<Authority> find_named(db::Tx& tx, std::string_view name_or_slug);
/// Writes the policy and moves its version on by one, if the stored version is still
/// `policy.version`. False where somebody else was first: nothing is written then.
bool update(db::Tx& tx, const Id<"authority">& id, Policy& policy);
/// By name, without their spending rules; those behind the name and id of the last one seen.
std::vector<Authority> authorities(db::Tx& tx, std::string_view after_lower_name,
                                   std::string_view after_id, std::int64_t limit);

/// False, and nothing written, where the e-mail address is taken.
bool insert(db::Tx& tx, const Account& account, std::string_view password_hash);
std::optional<Account> find(db::Tx& tx, const Id<"account">& id);
bool email_taken(db::Tx& tx, std::string_view email);
struct Credentials {
  Account account;
  std::string password_hash;
};
std::optional<Credentials> find_credentials(db::Tx& tx, std::string_view email);

/// Which accounts or log entries a list holds; newest first, those older than `before_id`.
struct Filter {
  std::optional<Id<"authority">> authority;
  std::optional<http::Role> role;
  std::optional<std::string> before_id;
  std::int64_t limit = 50;
};
std::vector<Account> accounts(db::Tx& tx, const Filter& filter);

void insert(db::Tx& tx, const Session& session);
struct SignedIn {
  Account account;
  Timestamp expires = {};
};
/// The account of a session that has not ended.
std::optional<SignedIn> find_session(db::Tx& tx, std::string_view token_hash, Timestamp now);
void delete_session(db::Tx& tx, std::string_view token_hash);
/// Forgets at most `limit` sessions that have ended.
std::int64_t delete_ended_sessions(db::Tx& tx, Timestamp now, std::int64_t limit);

void put_log(db::Tx& tx, const LogEntry& entry);
/// `filter.role` means nothing here.
std::vector<LogEntry> log(db::Tx& tx, const Filter& filter);

}  // namespace cp::identity::store
