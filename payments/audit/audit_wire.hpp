// What an authority's audit looks like on the wire.
#pragma once

#include "payments/audit/audit.hpp"
#include "shared/json/wire.hpp"

namespace cp::payments {

struct AuditQuery {
  std::optional<Month> from;
  std::optional<Month> to;
};
constexpr auto wire(const AuditQuery*) {
  return json::object("AuditQuery", json::field("from", &AuditQuery::from, "The first month; a year before the last."),
                      json::field("to", &AuditQuery::to, "The last month; this one where it is left out."));
}

constexpr auto wire(const AuditRow*) {
  return json::object(
      "AuditRow", json::field("month", &AuditRow::month, "The month."),
      json::field("stream", &AuditRow::stream, "Whose money."),
      json::field("allocated", &AuditRow::allocated, "By plans that were agreed or changed."),
      json::field("paid_in", &AuditRow::paid_in, "By families, of their own money, less what was given back to them."),
      json::field("carried", &AuditRow::carried, "Carried over into plans, less out of the plans before them."),
      json::field("returned", &AuditRow::returned, "Given back when a plan had ended."),
      json::field("fees", &AuditRow::fees, "Reserved for fees, less what was not needed of it."),
      json::field("held", &AuditRow::held, "Reserved by pools in the month."),
      json::field("charged", &AuditRow::charged, "Charged in the month."),
      json::field("released", &AuditRow::released, "Reserved before and not needed."),
      json::field("refunded", &AuditRow::refunded, "Charged before and given back."),
      json::field("left", &AuditRow::left, "Neither reserved nor charged, at the month's end."),
      json::field("planned", &AuditRow::planned, "The plans' amounts, spread evenly over their months."),
      json::field("booked", &AuditRow::booked, "Reserved and charged for sessions of the month."),
      json::field("actual", &AuditRow::actual, "Charged and not refunded for sessions of the month."));
}

struct AuditView {
  Month from = {};
  Month to = {};
  std::vector<AuditRow> rows;
};
constexpr auto wire(const AuditView*) {
  return json::object("AuditView", json::field("from", &AuditView::from, "The first month."),
                      json::field("to", &AuditView::to, "The last month."),
                      json::field("rows", &AuditView::rows, "By month and stream.", json::between(0, 400)));
}

}  // namespace cp::payments
