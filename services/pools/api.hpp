// The routes of pools: who asks, what the rules say, one transaction, and what it has to settle.
#pragma once

#include "matching/client.hpp"
#include "payments/client.hpp"
#include "services/catalogue/client.hpp"
#include "services/families/client.hpp"
#include "services/pools/client.hpp"
#include "services/pools/model.hpp"
#include "services/pools/settlement.hpp"
#include "services/pools/wire.hpp"
#include "shared/app/service.hpp"
#include "shared/http/router.hpp"

namespace cp::pools {

class PoolsApi {
 public:
  explicit PoolsApi(app::Context& context);

 private:
  using View = Result<http::Answer<PoolView>>;
  using PoolPage = Result<http::Answer<http::Page<PoolSummary>>>;

  Task<PoolPage> list(http::Request& request, PoolQuery query);
  Task<View> show(http::Request& request, PoolPath path);
  Task<View> create(http::Request& request, http::NoParams, NewPool body);
  Task<View> add_member(http::Request& request, PoolPath path, NewMember body);
  Task<View> remove_member(http::Request& request, MemberPath path);
  Task<View> agree(http::Request& request, PoolPath path, NewAgreement body);
  Task<View> accept(http::Request& request, PoolPath path, Acceptance body);
  Task<View> decline(http::Request& request, PoolPath path, Reason body);
  Task<View> leave(http::Request& request, PoolPath path, Reason body);
  Task<View> dissolve(http::Request& request, PoolPath path, Reason body);
  Task<View> deliver(http::Request& request, SessionPath path);
  Task<View> cancel(http::Request& request, SessionPath path, Reason body);

  Task<Result<http::Answer<GroupPools>>> of_groups(http::Request& request, http::NoParams, GroupsQuery query);
  Task<Result<http::Answer<Commitments>>> commitments(http::Request& request, http::NoParams,
                                                      CommitmentsQuery query);

  /// Runs `apply(tx, pool) -> Result<bool>` (did anything change?) in the request's transaction,
  /// stores the pool, tells open pages, and answers the reader's view of it. Leaves the pool in
  /// `after`, unless the request was answered before.
  template <class Apply>
  Task<View> change(http::Request& request, Id<"pool"> id, Apply& apply, std::optional<Pool>* after = nullptr);
  /// Carries out a command that `change` has committed, then answers the pool as it is now.
  Task<View> settle(http::Request& request, Id<"pool"> id, Id<"message"> command);
  /// The same for the hold of a pool that `change` has just made.
  Task<View> settle_hold(http::Request& request, const db::Message& hold, Settlement::Loaded& loaded);
  Task<Result<Pool>> read(http::Request& request, Id<"pool"> id);
  Task<Result<Pool>> proposal(http::Request& request, const NewPool& body);
  Task<Result<Member>> member_of(Id<"family"> family, Id<"authority"> authority);
  Task<Result<Done>> check_headroom(const Pool& pool, Id<"family"> family);
  Task<bool> may_listen(http::Principal who, std::string id);

  app::Context& context_;
  catalogue::Client catalogue_;
  families::Client families_;
  payments::Client payments_;
  matching::Client matching_;
  Settlement settlement_;
};

}  // namespace cp::pools
