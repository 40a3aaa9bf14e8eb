// What happens to an agreed plan beside pools, on the wire.
#pragma once

#include "payments/model.hpp"
#include "payments/planning/fees.hpp"
#include "payments/splitting/split_wire.hpp"
#include "shared/json/wire.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::payments {

struct NewOwnMoney {
  Way way = Way::in;
  Money amount;
  std::string reference;
};
constexpr auto wire(const NewOwnMoney*) {
  return json::object("NewOwnMoney",
                      json::field("way", &NewOwnMoney::way, "Paid in by the family, or given back to it."),
                      json::field("amount", &NewOwnMoney::amount, "How much.", json::between(1, 10'000'000'000)),
                      json::field("reference", &NewOwnMoney::reference,
                                  "What the bank's statement says, so that it is found again; the family reads it.",
                                  json::between(1, 140)));
}

// ---------------------------------------------------------------- fees

struct NewFee {
  FeeKind kind = FeeKind::broker;
  Id<"provider"> payee;
  Stream stream = Stream::short_breaks;
  FeeBasis basis = FeeBasis::fixed;
  std::optional<Money> rate;
  std::optional<std::int64_t> minutes, hundredths;
};
constexpr auto wire(const NewFee*) {
  return json::object(
      "NewFee", json::field("kind", &NewFee::kind, "What it is for."),
      json::field("payee", &NewFee::payee, "Who is paid: a provider of the catalogue."),
      json::field("stream", &NewFee::stream, "Out of which stream of the plan."),
      json::field("basis", &NewFee::basis, "What the rate is for."),
      json::field("rate", &NewFee::rate, "In all, an hour or a year.", json::between(1, 10'000'000'000)),
      json::field("minutes", &NewFee::minutes, "Of work, where it is paid by the hour.", json::between(1, 1'000'000)),
      json::field("hundredths", &NewFee::hundredths, "Of a percent of the stream: 1250 is 12.5 %.", json::between(1, 10'000)));
}

struct FeeCharge {
  Money amount;
  std::string reason;
};
constexpr auto wire(const FeeCharge*) {
  return json::object("FeeCharge",
                      json::field("amount", &FeeCharge::amount, "How much of what is reserved.", json::between(1, 10'000'000'000)),
                      json::field("reason", &FeeCharge::reason, "What for; the family reads it.", json::between(1, 200)));
}
struct FeeRelease {
  std::string reason;
};
constexpr auto wire(const FeeRelease*) {
  return json::object("FeeRelease", json::field("reason", &FeeRelease::reason, "Why the rest is not needed; the family reads it.",
                                                json::between(1, 200)));
}

struct FeePath {
  Id<"fee"> fee;
};
constexpr auto wire(const FeePath*) { return json::object("FeePath", json::field("fee", &FeePath::fee, "The fee.")); }

struct FeeView {
  Id<"fee"> id;
  Id<"plan"> plan;
  FeeKind kind = FeeKind::broker;
  Id<"provider"> payee;
  Stream stream = Stream::short_breaks;
  std::string derivation;
  Money reserved, charged;
  Timestamp agreed = {};
};
constexpr auto wire(const FeeView*) {
  return json::object("FeeView", json::field("id", &FeeView::id, "The fee."), json::field("plan", &FeeView::plan, "Of which plan."),
                      json::field("kind", &FeeView::kind, "What it is for."), json::field("payee", &FeeView::payee, "Who is paid."),
                      json::field("stream", &FeeView::stream, "Out of which stream."),
                      json::field("derivation", &FeeView::derivation, "How the amount was worked out."),
                      json::field("reserved", &FeeView::reserved, "Agreed and not charged yet."),
                      json::field("charged", &FeeView::charged, "Owed or paid to the payee."),
                      json::field("agreed", &FeeView::agreed, "When it was agreed."));
}
/// A plan has few, and no more than this: they are all on one page.
inline constexpr std::int64_t most_fees = 200;

// ---------------------------------------------------------------- a plan's end

struct PlanEnding {
  std::optional<Id<"plan">> next;
};
constexpr auto wire(const PlanEnding*) {
  return json::object("PlanEnding", json::field("next", &PlanEnding::next,
                                                "The plan into which is carried what may be; left out: nothing is carried over."));
}

// ---------------------------------------------------------------- holders

struct NewHandOver {
  Stream stream = Stream::short_breaks;
  std::optional<Date> instalment;
  Holder holder = Holder::managed;
  Date from = {};
  std::string reason;
};
constexpr auto wire(const NewHandOver*) {
  return json::object(
      "NewHandOver", json::field("stream", &NewHandOver::stream, "Which stream of the plan."),
      json::field("instalment", &NewHandOver::instalment, "Only its instalment of this day; left out: all of the stream."),
      json::field("holder", &NewHandOver::holder, "Who holds it then."),
      json::field("from", &NewHandOver::from, "From which day on: for sessions of that day and later ones."),
      json::field("reason", &NewHandOver::reason, "Why; the family reads it.", json::between(1, 500)));
}

struct HandOverView {
  Stream stream = Stream::short_breaks;
  std::optional<Date> instalment;
  Holder holder = Holder::managed;
  Date from = {};
  std::string reason;
};
constexpr auto wire(const HandOverView*) {
  return json::object("HandOverView", json::field("stream", &HandOverView::stream, "Which stream."),
                      json::field("instalment", &HandOverView::instalment, "Which instalment of it."),
                      json::field("holder", &HandOverView::holder, "Who holds it."),
                      json::field("from", &HandOverView::from, "From which day on."),
                      json::field("reason", &HandOverView::reason, "Why."));
}
struct HolderNow {
  Stream stream = Stream::short_breaks;
  std::optional<Date> instalment;
  Holder holder = Holder::managed;
};
constexpr auto wire(const HolderNow*) {
  return json::object("HolderNow", json::field("stream", &HolderNow::stream, "Which stream."),
                      json::field("instalment", &HolderNow::instalment, "Which instalment of it."),
                      json::field("holder", &HolderNow::holder, "Who holds it today."));
}
struct HoldersView {
  std::vector<HolderNow> today;
  std::vector<HandOverView> hand_overs;
};
/// A plan has few hand-overs, and no more than this: they are all on one page.
inline constexpr std::int64_t most_hand_overs = 1'000;
constexpr auto wire(const HoldersView*) {
  return json::object("HoldersView", json::field("today", &HoldersView::today, "Who holds what today."),
                      json::field("hand_overs", &HoldersView::hand_overs, "In the order in which they were said.",
                                  json::between(0, most_hand_overs)));
}

// ---------------------------------------------------------------- allocations

/// Points of a score; at the policy's highest price they still fit.
inline constexpr std::int64_t most_points = 100'000;

struct AllocationQuestion {
  std::int64_t child_points = 0, family_points = 0;
  std::optional<Money> current;
};
constexpr auto wire(const AllocationQuestion*) {
  return json::object(
      "AllocationQuestion",
      json::field("child_points", &AllocationQuestion::child_points, "Of the child.", json::between(0, most_points)),
      json::field("family_points", &AllocationQuestion::family_points, "Of its family.", json::between(0, most_points)),
      json::field("current", &AllocationQuestion::current, "What the family has now; left out: nothing to protect.",
                  json::between(0, 10'000'000'000)));
}

struct AllocationView {
  Money table, amount;
  bool broker_support = false;
  Derivation steps;
};
constexpr auto wire(const AllocationView*) {
  return json::object("AllocationView", json::field("table", &AllocationView::table, "What the points come to."),
                      json::field("amount", &AllocationView::amount, "What is offered, after transitional protection."),
                      json::field("broker_support", &AllocationView::broker_support, "Whether a broker's support comes with it."),
                      json::field("steps", &AllocationView::steps, "How it was worked out.", json::between(0, 10)));
}

/// An agreed plan's stream is set to what its points come to.
struct NewAllocation {
  Stream stream = Stream::short_breaks;
  std::int64_t child_points = 0, family_points = 0;
};
constexpr auto wire(const NewAllocation*) {
  return json::object("NewAllocation", json::field("stream", &NewAllocation::stream, "Which stream; its amount of now is protected."),
                      json::field("child_points", &NewAllocation::child_points, "Of the child.", json::between(0, most_points)),
                      json::field("family_points", &NewAllocation::family_points, "Of its family.", json::between(0, most_points)));
}

}  // namespace cp::payments
