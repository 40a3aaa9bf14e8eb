// A statement that was issued: what stood on it then, for ever. It has no names of people in it, so
// that nothing in it ever has to be erased.
//
// Every line of a family is on exactly one of its statements: on the first one that covers it. A
// statement covers what counts for a day up to its last one, and was written up to the operation
// that it names. So what is corrected later is on the next statement, beside the day it is for.
#pragma once

#include "payments/model.hpp"
#include "payments/wire.hpp"

#include <map>
#include <string>
#include <vector>

namespace cp::payments {

/// The most lines that fit on one statement.
inline constexpr std::int64_t most_issued_lines = 20'000;

/// What a plan's stream comes to at the beginning or at the end of a statement.
struct StreamSums {
  Money allocated, held, charged, left;

  /// Counts so much more of lines of this kind.
  void add(LineKind kind, Money amount);
  bool operator==(const StreamSums&) const = default;
};
constexpr auto wire(const StreamSums*) {
  return json::object("StreamSums", json::field("allocated", &StreamSums::allocated, "Put into the plan, or paid in."),
                      json::field("held", &StreamSums::held, "Reserved for sessions to come and for fees."),
                      json::field("charged", &StreamSums::charged, "Paid for sessions that took place and for fees."),
                      json::field("left", &StreamSums::left, "Neither reserved nor paid."));
}

struct IssuedStream {
  Id<"plan"> plan;
  Date plan_starts = {};
  Date plan_ends = {};
  Stream stream = Stream::short_breaks;
  StreamSums opening, closing;
};
constexpr auto wire(const IssuedStream*) {
  return json::object("IssuedStream", json::field("plan", &IssuedStream::plan, "Which plan."),
                      json::field("plan_starts", &IssuedStream::plan_starts, "Its first day."),
                      json::field("plan_ends", &IssuedStream::plan_ends, "Its last day."),
                      json::field("stream", &IssuedStream::stream, "Whose money."),
                      json::field("opening", &IssuedStream::opening, "As the statement before ended."),
                      json::field("closing", &IssuedStream::closing, "With the lines of this one."));
}

struct IssuedLine {
  std::int64_t operation = 0;
  Date effective = {};
  Timestamp at = {};
  bool earlier = false;
  LineKind kind = LineKind::allocation;
  Id<"plan"> plan;
  Stream stream = Stream::short_breaks;
  Money amount;
  std::optional<Id<"pool">> pool;
  std::string pool_title;
  std::optional<std::int64_t> session;
  std::vector<DerivationLine> derivation;
};
constexpr auto wire(const IssuedLine*) {
  return json::object(
      "IssuedLine", json::field("operation", &IssuedLine::operation, "The number of the ledger's operation."),
      json::field("effective", &IssuedLine::effective, "The day it counts for."),
      json::field("at", &IssuedLine::at, "When it was written."),
      json::field("earlier", &IssuedLine::earlier, "It counts for a day of a statement before this one."),
      json::field("kind", &IssuedLine::kind, "What happened."), json::field("plan", &IssuedLine::plan, "To which plan."),
      json::field("stream", &IssuedLine::stream, "Whose money."), json::field("amount", &IssuedLine::amount, "How much."),
      json::field("pool", &IssuedLine::pool, "For which pool."),
      json::field("pool_title", &IssuedLine::pool_title, "What the pool buys."),
      json::field("session", &IssuedLine::session, "For which session."),
      json::field("derivation", &IssuedLine::derivation, "How the amount was worked out, step by step."));
}

/// Its bytes are this written as JSON; their SHA-256 is in the ledger.
struct IssuedStatement {
  std::int64_t format = 1;
  Id<"authority"> authority;
  std::string authority_name;
  Id<"family"> family;
  std::int64_t number = 1;
  Date first = {};
  Date last = {};
  LedgerHeadView head;
  std::vector<IssuedStream> streams;
  std::vector<IssuedLine> lines;
};
constexpr auto wire(const IssuedStatement*) {
  return json::object(
      "IssuedStatement", json::field("format", &IssuedStatement::format, "Of these bytes."),
      json::field("authority", &IssuedStatement::authority, "Who issued it."),
      json::field("authority_name", &IssuedStatement::authority_name, "Its name."),
      json::field("family", &IssuedStatement::family, "Whose money."),
      json::field("number", &IssuedStatement::number, "The family's statements are numbered from 1."),
      json::field("first", &IssuedStatement::first, "The first day."),
      json::field("last", &IssuedStatement::last, "The last day."),
      json::field("head", &IssuedStatement::head, "The ledger as it was then, signed: what was written up to it is covered."),
      json::field("streams", &IssuedStatement::streams, "What each plan's streams came to."),
      json::field("lines", &IssuedStatement::lines, "Every movement, oldest first.", json::between(0, most_issued_lines)));
}

/// What has been covered: days up to `last`, as written up to the operation `through`.
struct Cover {
  Date last = {};
  std::int64_t through = 0;
};

/// A plan's stream and what moved on it by kind of line.
struct StreamMovement {
  Id<"plan"> plan;
  Stream stream = Stream::short_breaks;
  LineKind kind = LineKind::allocation;
  Money amount;
};
/// What was covered before, and what is covered now, each from the beginning on.
struct StatementSums {
  std::vector<StreamMovement> before, now;
  std::map<Id<"plan">, std::pair<Date, Date>> plans;  // first and last day
};
std::vector<IssuedStream> streams_of(const StatementSums& sums);

/// The days that the next statement covers: from the one after those covered before, or from the month of `first_line`.
Date first_day(const std::optional<Cover>& before, Date first_line);

}  // namespace cp::payments
