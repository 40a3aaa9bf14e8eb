// Pools in the database. One pool is read and written whole: it is small, and its rules look at
// all of it.
#pragma once

#include "services/pools/model.hpp"
#include "shared/db/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::pools::store {

void insert(db::Tx& tx, const Pool& pool);
std::optional<Pool> find(db::Tx& tx, const Id<"pool">& id);
/// Those there are, in the order of `ids`.
std::vector<Pool> find_all(db::Tx& tx, const std::vector<Id<"pool">>& ids);
/// The pool that was made from a proposed group and was not dissolved.
std::optional<Id<"pool">> of_group(db::Tx& tx, const Id<"group">& group);
/// Writes what has changed since `before` and moves the version on by one, if the stored version is
/// still that of `before`. False where somebody else was first: nothing is written then.
bool update(db::Tx& tx, const Pool& before, Pool& pool);

/// Replaces the shares of sessions from `from_session` on.
void replace_shares(db::Tx& tx, const Id<"pool">& id, std::int64_t from_session,
                    const std::vector<Share>& shares);
/// Replaces the agreement's costs and how long everybody is there; `update` writes the rest of it.
void replace_terms(db::Tx& tx, const Pool& pool);
std::vector<Share> shares(db::Tx& tx, const Id<"pool">& id);

/// Children of holding and active pools of the run, this pool left out.
std::int64_t children_in_run(db::Tx& tx, const Id<"run">& run, const Id<"pool">& except);

/// A weekly time that a family has given to a pool which is not over.
struct BusyTime {
  Id<"family"> family;
  std::int64_t weekday = 1, from_minute = 0, to_minute = 0;
};
std::vector<BusyTime> busy_times(db::Tx& tx, const Id<"authority">& authority);

void keep_reason(db::Tx& tx, const std::string& id, const Id<"pool">& pool,
                 const std::optional<Id<"family">>& family, std::string_view what,
                 std::string_view reason, Timestamp at);

/// Which pools a list holds: those of a family, of an authority or of a provider, newest first.
struct Filter {
  std::optional<Id<"family">> family;
  std::optional<Id<"authority">> authority;
  std::optional<Id<"provider">> provider;
  std::optional<PoolState> state;
  /// The sort key of the last pool of the page before.
  std::optional<Timestamp> before_created;
  Id<"pool"> before_id;
  std::int64_t limit = 50;
};
std::vector<Id<"pool">> list(db::Tx& tx, const Filter& filter);

}  // namespace cp::pools::store
