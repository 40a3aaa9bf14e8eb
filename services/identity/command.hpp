// What the command line and imports do with accounts and authorities.
#pragma once

#include "services/identity/model.hpp"
#include "shared/db/database.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cp::identity {

/// The authority of this name, made if it is missing. The two authorities of the pooling pilot get
/// the policy they had then; any other starts with: nothing is free, everything by permission.
Id<"authority"> ensure_authority(db::Tx& tx, IdSource& ids, Timestamp now, std::string_view name);

struct AccountOrder {
  http::Role role = http::Role::administrator;
  std::string email;
  std::string name;
  std::string password;
  std::optional<std::string> authority_name;  // made if it is missing
  std::optional<std::string> provider;        // the id of a provider
};
/// Makes an account without asking who asks: for the first administrator, and for tests.
Result<Id<"account">> create_account(db::Database& database, IdSource& ids, Timestamp now,
                                     const AccountOrder& order);

/// `commonpurse account create`: does it, says on standard output or error what came of it, and
/// answers the exit code.
int account_create_command(db::Database& database, IdSource& ids, Timestamp now,
                           const AccountOrder& order);

}  // namespace cp::identity
