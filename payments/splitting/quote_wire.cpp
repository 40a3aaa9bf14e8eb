#include "payments/splitting/quote_wire.hpp"

namespace cp::payments {
namespace {

QuoteOneLeaves view_of(const OneLeaves& left) {
  QuoteOneLeaves view;
  view.children = left.children;
  view.stands = left.stands;
  view.share_after = left.share_after;
  view.rise = left.rise;
  view.needs_percent = left.needs_percent;
  view.ceiling = left.ceiling;
  view.inside_ceiling = left.inside_ceiling;
  view.text = left.text;
  return view;
}

QuotePool view_of(const PoolCost& cost) {
  QuotePool pool;
  pool.children = cost.children;
  pool.families = cost.families;
  pool.per_session_group = cost.per_session_group;
  pool.my_share_per_session = cost.mine.per_session;
  pool.my_total = cost.mine.total;
  pool.my_month = cost.mine.per_month;
  pool.my_plan_year = cost.mine.plan_year;
  pool.saving = cost.saving;
  pool.tier_from_children = cost.tier_from_children;
  pool.affordable = cost.affordable;
  pool.left_after = cost.left_after;
  pool.left_for_other_things = cost.left_for_other_things;
  pool.one_leaves = view_of(cost.one_leaves);
  return pool;
}

}  // namespace

QuoteView view_of(const Calculation& found, std::int64_t sessions) {
  QuoteView view;
  view.sessions = sessions;
  view.alone.available = found.alone;
  if (const auto& costs = found.alone_costs) {
    view.alone.per_session = costs->per_session;
    view.alone.total = costs->total;
    view.alone.per_month = costs->per_month;
    view.alone.plan_year = costs->plan_year;
  }
  view.alone.why_not = found.why_not_alone;
  for (const auto& cost : found.pools) view.pools.push_back(view_of(cost));
  view.smallest_saving_size = found.smallest_saving_size;
  view.largest_saving_size = found.largest_saving_size;
  view.largest_group_that_saves = found.largest_group_that_saves;
  view.most_sessions_a_month = found.most_sessions_a_month;
  view.sessions_in_plan_year = found.sessions_in_plan_year;
  view.derivation = found.derivation;
  return view;
}

}  // namespace cp::payments
