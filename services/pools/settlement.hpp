// Carries out what a pool owes the ledger. A change of a pool and the command that settles it are
// committed together; the command is then carried out at once and, where that fails, again by the
// outbox until it is answered. Every step is idempotent by the command's id.
//
//   pools.hold      all have accepted: hold every share or none; the pool becomes active or goes
//                   back to agreement
//   pools.resplit   a family leaves: split what is left again, up to each family's ceiling
//   pools.charge    a session was delivered
//   pools.release   a session was cancelled, or the pool dissolved
#pragma once

#include "payments/client.hpp"
#include "services/pools/model.hpp"
#include "services/pools/rules.hpp"
#include "shared/app/service.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace cp::pools {

class Settlement {
 public:
  explicit Settlement(app::Context& context);

  /// What is put into the outbox with a change of the pool; `session` only where one is meant.
  static db::Message command(const Id<"message">& id, std::string_view name, const Pool& pool,
                             std::optional<std::int64_t> session, Timestamp now);

  struct Loaded {
    Pool pool;
    std::vector<Share> shares;
  };
  /// Carries out `pools.hold` for a pool in that state, and leaves in `loaded` what has become of it.
  Task<Result<Done>> hold(const db::Message& message, Loaded& loaded);

 private:
  Task<Result<Loaded>> load(Id<"pool"> id);

  Task<Result<Done>> hold_stored(const db::Message& message);
  /// Stores what came of the hold with the end of its command, and answers the pool as it is then.
  Task<Result<Pool>> finish_hold(Id<"message"> command, const Pool& pool, std::optional<Error> refusal);

  Task<Result<Done>> resplit(const db::Message& message);
  /// A re-split and a dissolution take back every hold from a session on. What was delivered and is
  /// still to be charged is charged first, so that it does not lose its hold.
  Task<Result<Done>> charge_delivered(const Pool& pool, std::int64_t from_session, std::string key);
  /// What the planned sessions cost whom after somebody left; sessions that cannot run are
  /// cancelled in `next.pool`.
  Task<Result<Loaded>> split_again(const Loaded& before, bool keep_changed);
  Task<Result<Done>> split_segment(const Segment& segment, bool keep_changed, Loaded& next);
  Task<Result<Done>> hold_again(const Loaded& before, const Loaded& next, std::string key);
  Task<Result<Done>> store_resplit(const Loaded& before, const Loaded& next);

  Task<Result<Done>> charge(const db::Message& message);
  Task<Result<Done>> release(const db::Message& message);

  app::Context& context_;
  payments::Client payments_;
};

}  // namespace cp::pools
