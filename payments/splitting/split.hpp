// What a session costs whom: exact, to the penny, by whatever way of sharing a group has agreed.
// See docs/splitting.md.
#pragma once

#include "payments/model.hpp"
#include "payments/splitting/price.hpp"
#include "shared/core/error.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::payments {

inline constexpr std::int64_t most_split_sessions = 1'000;
inline constexpr std::int64_t most_split_members = 1'000;
inline constexpr std::int64_t most_weight = 1'000;
inline constexpr std::int64_t most_ratio = 10;
inline constexpr std::int64_t most_attended_minutes = 100'000;
/// Families times sessions, where shares change from session to session.
inline constexpr std::int64_t most_changing_shares = 20'000;
/// How much rounding a family may bring along: ten pence.
inline constexpr std::int64_t most_carried = 10'000'000'000;

/// What a family's part is measured by.
enum class SplitKind { equal, by_child, by_hours, by_support_ratio, by_weight };
constexpr auto names_of(SplitKind) {
  return names<SplitKind>({{SplitKind::equal, "equal"},
                           {SplitKind::by_child, "by_child"},
                           {SplitKind::by_hours, "by_hours"},
                           {SplitKind::by_support_ratio, "by_support_ratio"},
                           {SplitKind::by_weight, "by_weight"}});
}

/// So many adults for so many children.
struct SupportRatio {
  std::int64_t adults = 1, children = 1;
};

/// A family and what it agreed to. Amounts are of one session unless they say otherwise.
struct Party {
  Id<"family"> family;
  std::int64_t weight = 1;            // by child, by support ratio: its children; by weight: as agreed
  SupportRatio ratio;                 // by support ratio
  std::vector<std::int64_t> minutes;  // by hours: of all its children, by session
  std::optional<Money> fixed;         // it pays this; the others split the rest
  std::optional<Money> can_pay;       // the most it can pay
  std::optional<Money> headroom;      // the most it can pay for all sessions
  std::optional<Money> carries_to;    // it agreed to pay up to this so that another need not drop out
  std::int64_t carried = 0;           // paid above its exact share so far, in billionths of a penny
};

struct SplitTerms {
  SplitKind kind = SplitKind::by_child;
  Money price_per_session;
  std::vector<Money> prices;  // by session, where they differ; in place of `price_per_session`
  std::vector<Cost> costs;    // on top of the price
  std::int64_t sessions = 1;
  std::int64_t first_session = 1;
  std::vector<Party> parties;
};

struct MemberSplit {
  Id<"family"> family;
  Money highest_share;  // of one session
  Money total;          // of all sessions
  std::int64_t carried = 0;  // what a later split of the same families starts from
  Derivation derivation;     // for this family alone; with the price's steps, where there are any beside the price itself
};
struct Split {
  std::vector<SessionShare> shares;   // by session, then by family
  std::vector<MemberSplit> members;   // by family
  Derivation price;                   // what there was to split; the same for everybody
};

/// Splits the sessions of `terms`, numbered from `first_session`.
///
/// Every session's shares add up to its price. A share is the exact share rounded down or up, and
/// so is the sum of a family's shares over the first s sessions, for every s: at no time has
/// anybody paid a penny more or less than their exact part. Rounding carried in from an earlier
/// split is part of what is due in the first session. The order of the families makes no
/// difference; nobody's fixed part, `can_pay`, `headroom` or `carries_to` is ever passed.
///
/// Refused: `share-short` (extras `family`, `short_by_pence`, `session`; the detail is for that
/// family alone), `fixed-parts-above-price`, `nobody-pays-the-rest`, and fields out of bounds.
Result<Split> split(SplitTerms terms);

/// The plain case: a price, and how many children of each family take part.
SplitTerms by_child(Money price_per_session, std::int64_t sessions, std::int64_t first_session,
                    const std::vector<Weight>& members);

/// `ceil(price x weight x sessions / whole)`: the most a member of any such split pays.
Money highest_total(Money price_per_session, std::int64_t sessions, std::int64_t weight,
                    std::int64_t whole);

}  // namespace cp::payments
