// What may be spent, by whom, from which stream: decided from values alone.
#pragma once

#include "payments/model.hpp"
#include "shared/core/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cp::payments {

/// A plan lasts at most ten years; every instalment of a stream stands in it once, after its first day.
Result<Done> check_plan(const Plan& plan);
/// Only an indicative plan may change or be agreed.
Result<Done> may_change(const Plan& plan);

/// `short_breaks` as people write it: Short breaks.
std::string words_of(Stream stream);

/// By the plan itself; not what the family has paid in.
Money allocated(const Plan& plan);
Money left(const Plan& plan);
/// The most that may be pooled: the free percentage of the agreed total, rounded down, and what
/// was permitted above it; never more than the total. Nothing before the plan is agreed.
Money pooled_cap(const Plan& plan);
/// What may still be pooled: the cap less what pools hold and were charged, as far as there is
/// money left; and all that the family has paid in itself and not spent.
Money headroom(const Plan& plan);

/// What the plan's rules say: the rule for the category, else the rule for `*`, else allowed.
SpendingRuling ruling(const Plan& plan, Stream stream, std::string_view category);
/// The streams that may pay for the category, in the order in which they are used.
std::vector<Stream> usable_streams(const Plan& plan, std::string_view category);
/// As `headroom`, of the streams that may pay for the category, with the instalments that may be spent
/// on the day `by`; with all of them where none is given.
Money headroom_for(const Plan& plan, std::string_view category, std::optional<Date> by = std::nullopt);

/// Plans are used in the order of their first day, then of their id.
bool used_before(const Plan& a, const Plan& b);

/// What a hold of this size would be answered with.
struct Check {
  Money headroom;
  Money short_by;      // nothing where it fits
  std::string code;    // empty where it fits
  std::string detail;
};
/// Looks at the family's agreed plans that run from `first` to `last`.
Check check_spending(const std::vector<Plan>& plans, std::string_view category, Money amount, Date first,
                     Date last);

/// Puts what is held back into the plans.
void put_back(std::vector<Plan>& plans, const std::vector<SharePart>& parts);

/// Takes every wanted share out of the plans, out of the instalment of its session's day first and then out
/// of what is left of earlier ones, and says which stream of which plan pays how much of
/// it; or refuses for the first family, by id, that is short, and says by how many pence.
/// `wanted` is in the order of family and session, and so is the answer.
Result<std::vector<HeldShare>> draw(std::vector<Plan>& plans, std::string_view category,
                                    const std::vector<WantedShare>& wanted);

/// Each family once a session, none before `from_session`; sorted by family and session.
Result<std::vector<WantedShare>> check_wanted(std::vector<WantedShare> wanted, std::int64_t from_session);

}  // namespace cp::payments
