#include "payments/audit/audit.hpp"

#include "shared/core/csv_writer.hpp"

#include <algorithm>
#include <map>

namespace cp::payments {
namespace {

__extension__ using Wide = __int128;

std::int64_t months_between(Month from, Month to) { return (to - from).count(); }

Money AuditRow::*column_of(LineKind kind) {
  switch (kind) {
    case LineKind::allocation: return &AuditRow::allocated;
    case LineKind::hold: return &AuditRow::held;
    case LineKind::charge: return &AuditRow::charged;
    case LineKind::release: return &AuditRow::released;
    case LineKind::refund: return &AuditRow::refunded;
    case LineKind::paid_in: case LineKind::paid_back: return &AuditRow::paid_in;
    case LineKind::fee: case LineKind::fee_release: return &AuditRow::fees;
    case LineKind::fee_charge: return nullptr;
    case LineKind::carried_in: case LineKind::carried_over: return &AuditRow::carried;
    case LineKind::returned: return &AuditRow::returned;
  }
  return &AuditRow::allocated;
}

/// The line's amount as its column has it.
Money in_column(LineKind kind, Money amount) {
  const bool is_out = kind == LineKind::paid_back || kind == LineKind::fee_release || kind == LineKind::carried_over;
  return is_out ? -amount : amount;
}

/// What a month does to what is left.
Money effect_on_left(const AuditRow& row) {
  return row.allocated + row.paid_in + row.carried - row.returned - row.fees - row.held + row.released + row.refunded;
}

bool is_empty(const AuditRow& row) {
  for (const auto column : {&AuditRow::allocated, &AuditRow::paid_in, &AuditRow::fees, &AuditRow::carried,
                            &AuditRow::returned, &AuditRow::held, &AuditRow::charged, &AuditRow::released,
                            &AuditRow::refunded, &AuditRow::left, &AuditRow::planned, &AuditRow::booked}) {
    if (row.*column != Money()) return false;
  }
  return true;
}

}  // namespace

Money planned_for(Money amount, Date starts, Date ends, Month month) {
  const Month first = starts.year() / starts.month();
  const auto count = months_between(first, ends.year() / ends.month()) + 1;
  const auto up_to = [&](std::int64_t months) {
    months = std::clamp<std::int64_t>(months, 0, count);
    return Money(static_cast<std::int64_t>(Wide{amount.pence()} * months / count));
  };
  const auto before = months_between(first, month);
  return up_to(before + 1) - up_to(before);
}

std::vector<AuditRow> audit(const AuditInput& input) {
  std::map<Stream, std::map<Month, AuditRow>> cells;
  std::map<Stream, AuditRow> before;
  for (const auto& moved : input.movements) {
    auto& row = moved.month ? cells[moved.stream][*moved.month] : before[moved.stream];
    if (const auto column = column_of(moved.kind)) row.*column += in_column(moved.kind, moved.amount);
  }
  std::map<Stream, Money> left;
  for (const auto& [stream, row] : before) left[stream] = effect_on_left(row);
  for (const auto& booking : input.bookings) {
    auto& cell = cells[booking.stream][booking.month];
    cell.booked += booking.held + booking.charged;
    cell.actual += booking.charged;
  }
  std::vector<AuditRow> rows;
  for (auto month = input.first; month <= input.last; month += std::chrono::months(1)) {
    for (const auto& [stream, stream_name] : names_of(Stream{})) {
      auto row = cells[stream][month];
      row.month = month;
      row.stream = stream;
      for (const auto& plan : input.plans) {
        if (plan.stream == stream) row.planned += planned_for(plan.amount, plan.starts, plan.ends, month);
      }
      left[stream] += effect_on_left(row);
      row.left = left[stream];
      if (!is_empty(row)) rows.push_back(row);
    }
  }
  return rows;
}

std::string audit_csv(const std::vector<AuditRow>& rows) {
  std::string text;
  CsvWriter csv(text);
  for (const auto* column : {"month", "stream", "allocated", "paid_in", "carried", "returned", "fees", "held", "charged", "released", "refunded", "left", "planned",
                             "booked", "actual"}) {
    csv.text(column);
  }
  csv.end();
  for (const auto& row : rows) {
    csv.text(to_text(row.month)).text(name(row.stream)).money(row.allocated).money(row.paid_in).money(row.carried);
    csv.money(row.returned).money(row.fees).money(row.held).money(row.charged).money(row.released).money(row.refunded).money(row.left).money(row.planned).money(row.booked).money(row.actual).end();
  }
  return text;
}

}  // namespace cp::payments
