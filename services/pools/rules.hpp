// What may happen to a pool, decided from values alone. Sources: the pool's life in the project's
// domain notes; where an evaluation gave no rule, the number is the agreement's own.
#pragma once

#include "shared/core/error.hpp"
#include "services/pools/model.hpp"

#include <string>
#include <vector>

namespace cp::pools {

inline constexpr std::size_t most_members = 40;
inline constexpr std::size_t most_reasons = 20;

const Member* find_member(const Pool& pool, const Id<"family">& family);
Member* find_member(Pool& pool, const Id<"family">& family);
const Session* find_session(const Pool& pool, std::int64_t number);
Session* find_session(Pool& pool, std::int64_t number);

/// Invited, accepted or leaving: members an agreement counts with.
bool takes_part(const Member& member);
std::int64_t children_taking_part(const Pool& pool);

/// Members may change only before there is an agreement.
Result<Done> may_change_members(const Pool& pool);
Result<Done> may_add(const Pool& pool, const Id<"family">& family);

/// Whether an agreement may be laid before the members: the group fits the offer, the terms fit
/// the group.
Result<Done> may_agree(const Pool& pool, const Agreement& terms);
/// Whether the members' terms say what the agreement's kind of split needs to know.
Result<Done> check_terms(const Pool& pool);
/// The most a member can be asked for in one session: their own share and `percent` of it more,
/// rounded down.
Money ceiling_of(Money highest_share, std::int64_t percent);
/// The same for a member with terms of its own: a fixed part stays as it is, and nobody is asked for
/// more than they said they can pay.
Money ceiling_of(const Member& member, std::int64_t percent);
/// What the agreement means, in words for the families.
std::string agreement_text(const Pool& pool);

/// Whether this family may accept this version now. A second acceptance of the same version is
/// fine and changes nothing.
Result<Done> may_accept(const Pool& pool, const Id<"family">& family, std::int64_t version);
bool all_accepted(const Pool& pool);
/// `taken` counts the children of other pools that hold places of the same run.
Result<Done> places_left(const Pool& pool, std::int64_t taken);

Result<Done> may_decline(const Pool& pool, const Id<"family">& family);
Result<Done> may_leave(const Pool& pool, const Id<"family">& family);
/// A member says no before the pool runs: the agreement no longer fits, so the pool is a proposal
/// again and the others are asked anew.
void step_back(Pool& pool, const Id<"family">& family);
/// The last session a family that leaves now still pays for; 0 if it pays for none.
std::int64_t last_session_of_notice(const Pool& pool);
/// Members whose notice is over have left.
void end_notices(Pool& pool);

/// A session is delivered or cancelled once, on or after its day.
Result<Done> may_deliver(const Pool& pool, std::int64_t session, Date today);
Result<Done> may_cancel(const Pool& pool, std::int64_t session);
Result<Done> may_dissolve(const Pool& pool);
/// True when no session is left to run.
bool is_over(const Pool& pool);

/// Planned sessions that the same families pay for.
struct Segment {
  std::vector<std::int64_t> sessions;
  std::vector<Id<"family">> payers;
  std::int64_t children = 0;
};
/// The planned sessions, cut where a leaving member's notice ends.
std::vector<Segment> segments(const Pool& pool);
/// Nothing if the segment may run with these highest shares (in the order of its payers); else why
/// it cannot, in words: too few children, or a share above the ceiling its family agreed.
std::optional<std::string> why_it_cannot_run(const Pool& pool, const Segment& segment,
                                             const std::vector<Money>& highest_shares);

}  // namespace cp::pools
