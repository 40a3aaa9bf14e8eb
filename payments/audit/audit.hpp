// What an authority's money did, by stream and month, and what had been planned.
//
//   allocated, held, charged, released, refunded   what was written for days of the month
//   paid_in    of families' own money, less what was given back to them
//   fees       reserved for fees, less what was not needed of it; a charge of a fee was reserved before
//   carried    into plans from the plans before them, less out of those: over all of a family's plans nothing
//   returned   to the authority, when a plan had ended
//   left       at the month's end: allocated + paid_in + carried - returned - fees - held + released + refunded, of all months so far.
//              What is charged was held before; what a charge took above it was held at once.
//   planned    each agreed plan's amount, own money apart, spread evenly over its months, of which the first and the
//              last count as whole ones: up to the k-th of n months, amount * k / n in whole pence,
//              so that they always add up to the amount. Plans of the same days are taken together.
//   booked     what pools hold and have charged for sessions of the month
//   actual     of it, what was charged and not refunded
#pragma once

#include "payments/model.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::payments {

/// The sum of a kind of line for a stream and a month; no month: before the first one.
struct AuditMovement {
  Stream stream = Stream::short_breaks;
  std::optional<Month> month;
  LineKind kind = LineKind::allocation;
  Money amount;
};
/// What shares of sessions of a month hold and were charged.
struct AuditBooking {
  Stream stream = Stream::short_breaks;
  Month month = {};
  Money held, charged;
};
/// What plans of the same days have of a stream, or instalments that are for the same days.
struct AuditPlan {
  Date starts = {};
  Date ends = {};
  Stream stream = Stream::short_breaks;
  Money amount;
};
struct AuditInput {
  Month first = {};
  Month last = {};
  std::vector<AuditMovement> movements;
  std::vector<AuditBooking> bookings;
  std::vector<AuditPlan> plans;
};

struct AuditRow {
  Month month = {};
  Stream stream = Stream::short_breaks;
  Money allocated, paid_in, carried, returned, fees, held, charged, released, refunded, left, planned, booked, actual;
};

/// What of `amount`, spread over the months from `starts` to `ends`, falls on `month`.
Money planned_for(Money amount, Date starts, Date ends, Month month);
/// A row for every month and every stream of which there is anything, in their order.
std::vector<AuditRow> audit(const AuditInput& input);
/// The same as a file for spreadsheets.
std::string audit_csv(const std::vector<AuditRow>& rows);

}  // namespace cp::payments
