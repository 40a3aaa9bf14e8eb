// What issued statements look like on the wire.
#pragma once

#include "payments/statements/issued.hpp"

namespace cp::payments {

struct NewIssue {
  std::optional<Date> through;
};
constexpr auto wire(const NewIssue*) {
  return json::object("NewIssue", json::field("through", &NewIssue::through,
                                              "The last day that it covers; the end of last month where it is left out."));
}

struct IssuedNote {
  std::int64_t number = 1;
  Date first = {};
  Date last = {};
  Timestamp made = {};
  std::int64_t through = 0;
  std::string sha256;
};
constexpr auto wire(const IssuedNote*) {
  return json::object("IssuedNote", json::field("number", &IssuedNote::number, "The family's statements are numbered from 1."),
                      json::field("first", &IssuedNote::first, "The first day."),
                      json::field("last", &IssuedNote::last, "The last day."),
                      json::field("made", &IssuedNote::made, "When it was issued."),
                      json::field("through", &IssuedNote::through, "The last operation of the ledger that it covers."),
                      json::field("sha256", &IssuedNote::sha256, "Of its bytes; the ledger has it too."));
}

struct IssuedView {
  std::string sha256;
  IssuedStatement statement;
};
constexpr auto wire(const IssuedView*) {
  return json::object("IssuedView", json::field("sha256", &IssuedView::sha256, "Of its bytes; the ledger has it too."),
                      json::field("statement", &IssuedView::statement, "What stood on it then."));
}

struct IssuePath {
  Id<"family"> family;
};
constexpr auto wire(const IssuePath*) {
  return json::object("IssuePath", json::field("family", &IssuePath::family, "Whose statement."));
}

struct IssuedQuery {
  std::optional<Id<"family">> family;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const IssuedQuery*) {
  return json::object("IssuedQuery", json::field("family", &IssuedQuery::family, "The family; a parent's own where it is left out."),
                      json::field("after", &IssuedQuery::after, "From the `next` of the page before."),
                      json::field("limit", &IssuedQuery::limit, "Statements on a page.", json::between(1, 500)));
}

struct IssuedPath {
  std::int64_t number = 1;
  std::optional<Id<"family">> family;
};
constexpr auto wire(const IssuedPath*) {
  return json::object("IssuedPath", json::field("number", &IssuedPath::number, "Its number.", json::between(1, 1'000'000)),
                      json::field("family", &IssuedPath::family, "The family; a parent's own where it is left out."));
}

/// `json` is the very bytes whose hash the ledger has.
enum class IssuedFormat { pdf, json };
constexpr auto names_of(IssuedFormat) { return names<IssuedFormat>({{IssuedFormat::pdf, "pdf"}, {IssuedFormat::json, "json"}}); }

struct IssuedFileQuery {
  std::int64_t number = 1;
  std::optional<Id<"family">> family;
  IssuedFormat format = IssuedFormat::pdf;
};
constexpr auto wire(const IssuedFileQuery*) {
  return json::object("IssuedFileQuery", json::field("number", &IssuedFileQuery::number, "Its number.", json::between(1, 1'000'000)),
                      json::field("family", &IssuedFileQuery::family, "The family; a parent's own where it is left out."),
                      json::field("format", &IssuedFileQuery::format, "For people or for programs."));
}

/// Issue the months of all families of an authority, up to a day; goes on after a family.
struct IssueOrder {
  Id<"authority"> authority;
  Date through = {};
  std::optional<Id<"family">> after;
};
constexpr auto wire(const IssueOrder*) {
  return json::object("IssueOrder", json::field("authority", &IssueOrder::authority, "Whose families."),
                      json::field("through", &IssueOrder::through, "Up to this day."),
                      json::field("after", &IssueOrder::after, "The last family that is done."));
}
inline constexpr std::string_view issue_command = "payments.issue-statements";

}  // namespace cp::payments
