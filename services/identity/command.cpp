#include "services/identity/command.hpp"

#include "services/identity/rules.hpp"
#include "services/identity/store.hpp"
#include "shared/core/hash.hpp"

#include <algorithm>
#include <array>
#include <iostream>

namespace cp::identity {
namespace {

/// What the two authorities of the pooling pilot decided: in one, families pooled up to 30 % of a
/// plan without asking; in the other, each needed permission for the part it pooled.
struct PilotPolicy {
  std::string_view slug;
  std::int64_t free_percent;
};
constexpr std::array<PilotPolicy, 2> pilot_policies{{{"trafford", 30}, {"plymouth", 0}}};

Policy first_policy(std::string_view slug) {
  auto policy = cautious_policy();
  for (const auto& pilot : pilot_policies) {
    if (pilot.slug == slug) policy.free_percent = pilot.free_percent;
  }
  return policy;
}

Result<Account> account_of(const AccountOrder& order, const Id<"account">& id, Timestamp now) {
  Account account;
  account.id = id;
  account.role = order.role;
  account.email = normal_email(order.email);
  account.name = tidy_name(order.name);
  account.created = now;
  CP_TRY(check_email(account.email));
  CP_TRY(check_name(account.name));
  if (order.password.size() < 10 || order.password.size() > 200) {
    return invalid_field("/password", "Use from 10 to 200 characters.");
  }
  if (order.provider) {
    account.provider = Id<"provider">::parse(*order.provider);
    if (!account.provider) return invalid_field("/provider", "Use an id as this service gave it.");
  }
  return account;
}

}  // namespace

Id<"authority"> ensure_authority(db::Tx& tx, IdSource& ids, Timestamp now, std::string_view name) {
  const auto tidy = tidy_name(name);
  if (const auto known = store::find_named(tx, tidy)) return known->id;
  Authority authority;
  authority.id = ids.make<"authority">(now);
  authority.name = tidy;
  authority.slug = slug_of(tidy);
  // A name without any letter or digit still needs an address.
  if (authority.slug.empty()) authority.slug = authority.id.text();
  authority.policy = first_policy(authority.slug);
  authority.created = now;
  if (!store::insert(tx, authority)) {
    // Two names can make one slug; the id makes it the authority's own.
    authority.slug += "-" + authority.id.text();
    store::insert(tx, authority);
  }
  store::put_log(tx, {ids.next(now), now, LoggedAction::authority_created, std::nullopt, authority.id,
                      authority.id.text()});
  return authority.id;
}

Result<Id<"account">> create_account(db::Database& database, IdSource& ids, Timestamp now,
                                     const AccountOrder& order) {
  auto account = account_of(order, ids.make<"account">(now), now);
  if (!account) return account.error();
  if (account->role == http::Role::parent) account->family = ids.make<"family">(now);
  const bool of_authority = order.authority_name && !tidy_name(*order.authority_name).empty();
  // The standing's own checks want to see an authority; which one is known only in the database.
  const Standing standing{account->role,
                          of_authority ? std::optional(Id<"authority">(account->id.text())) : std::nullopt,
                          account->provider};
  if (const auto whole = check_standing(standing); !whole) return whole.error();
  const auto password_hash = hash_password(order.password);
  const auto log_id = ids.next(now);

  bool written = false;
  database.write_now([&](db::Tx& tx) {
    written = false;
    if (store::email_taken(tx, account->email)) return;
    if (of_authority) account->authority = ensure_authority(tx, ids, now, *order.authority_name);
    written = store::insert(tx, *account, password_hash);
    if (!written) return;
    store::put_log(tx, {log_id, now, LoggedAction::account_created, std::nullopt, account->authority,
                        account->id.text()});
  });
  if (!written) return conflict("account-exists", "There is an account with this e-mail address.");
  return account->id;
}

int account_create_command(db::Database& database, IdSource& ids, Timestamp now,
                           const AccountOrder& order) {
  const auto made = create_account(database, ids, now, order);
  if (made) {
    std::cout << "account " << made->text() << " (" << name(order.role) << ")\n";
    return 0;
  }
  std::cerr << "no account was made: " << made.error().detail << "\n";
  for (const auto& field : made.error().fields) {
    std::cerr << "  " << field.pointer.substr(std::min<std::size_t>(1, field.pointer.size())) << ": "
              << field.detail << "\n";
  }
  return 1;
}

}  // namespace cp::identity
