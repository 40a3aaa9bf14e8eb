// Money of families: plans with their streams, what a pool holds of them, and how it is split.
#pragma once

#include "shared/core/id.hpp"
#include "shared/core/money.hpp"
#include "shared/core/names.hpp"
#include "shared/core/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cp::payments {

/// Where money of a plan comes from. Streams are aligned, never merged: every penny keeps its own.
/// `own_money` is what the family has paid in itself; all others are allocated by the authority.
enum class Stream { social_care, short_breaks, health, education_transport, equipment, own_money };
constexpr auto names_of(Stream) {
  return names<Stream>({{Stream::social_care, "social_care"},
                        {Stream::short_breaks, "short_breaks"},
                        {Stream::health, "health"},
                        {Stream::education_transport, "education_transport"},
                        {Stream::equipment, "equipment"},
                        {Stream::own_money, "own_money"}});
}

/// What families pay in is in no plan's amount, and how much of it is pooled is theirs to say.
constexpr bool is_allocated(Stream stream) { return stream != Stream::own_money; }

/// Which way a family's own money goes.
enum class Way { in, back };
constexpr auto names_of(Way) { return names<Way>({{Way::in, "in"}, {Way::back, "back"}}); }

/// Who keeps the money of a plan.
enum class Holder { direct_payment, managed, provider_held, third_party, prepaid_card };
constexpr auto names_of(Holder) {
  return names<Holder>({{Holder::direct_payment, "direct_payment"},
                        {Holder::managed, "managed"},
                        {Holder::provider_held, "provider_held"},
                        {Holder::third_party, "third_party"},
                        {Holder::prepaid_card, "prepaid_card"}});
}

/// Indicative plans may change and fund nothing; agreed ones are in the ledger.
enum class PlanState { indicative, agreed };
constexpr auto names_of(PlanState) {
  return names<PlanState>({{PlanState::indicative, "indicative"}, {PlanState::agreed, "agreed"}});
}

/// What an authority says about spending a stream on a category of short break.
enum class SpendingRuling { allowed, not_allowed, ask };
constexpr auto names_of(SpendingRuling) {
  return names<SpendingRuling>({{SpendingRuling::allowed, "allowed"},
                                {SpendingRuling::not_allowed, "not_allowed"},
                                {SpendingRuling::ask, "ask"}});
}

struct SpendingRule {
  Stream stream = Stream::short_breaks;
  std::string category;  // an activity type, or `*` for all
  SpendingRuling ruling = SpendingRuling::allowed;
};

/// The day from which on an instalment of a stream may be spent; nothing: from the plan's first day.
using Instalment = std::optional<Date>;

/// A stream of a plan, or one instalment of it, is held by somebody else from a day on.
struct HandOver {
  Stream stream = Stream::short_breaks;
  Instalment instalment = {};  // only this one; nothing: all of the stream
  Holder holder = Holder::managed;
  Date from = {};
};

/// What a plan has of a stream, or one instalment of it. What is not spent of an instalment stays there
/// until the plan ends.
struct StreamBudget {
  Stream stream = Stream::short_breaks;
  Money allocated = {};
  Money held = {};     // reserved for sessions to come, and for fees
  Money charged = {};  // paid for sessions delivered, and for fees
  Money left = {};     // neither held nor charged nor returned
  Instalment from = {};
  Money returned = {};  // carried over or given back when the plan had ended
};

struct Plan {
  Id<"plan"> id;
  Id<"authority"> authority;
  Id<"family"> family;
  std::optional<std::string> child_label;
  PlanState state = PlanState::indicative;
  Holder holder = Holder::managed;
  Date starts = {};
  Date ends = {};
  std::vector<StreamBudget> streams;  // in the order of `Stream`, and of their instalments
  std::int64_t free_percent = 0;      // the authority's rule on the day of the agreement
  Money permitted;                    // by permissions, above the free part
  Money pooled_used;                  // held and charged by pools, own money apart
  std::vector<SpendingRule> rules;    // the authority's rules on the day of the agreement
  Timestamp created = {};
  std::int64_t version = 1;
};

/// What a session costs: the fixed part, a part per child and a part per hour, for groups from
/// `from_children` children on.
struct Tier {
  std::int64_t from_children = 1;
  Money fixed, per_child, per_hour;
};

struct Weight {
  Id<"family"> family;
  std::int64_t weight = 1;  // how many of its children take part
};

struct SessionShare {
  Id<"family"> family;
  std::int64_t session = 1;
  Money amount;
  std::int64_t rounding = 0;  // above the exact share, in billionths of a penny; together nothing a session
};

/// One step of the way to an amount: `what` is stable and kebab-case, `text` a sentence for a person.
struct DerivationLine {
  std::string what;
  std::string text;
  std::optional<Money> amount;
  bool operator==(const DerivationLine&) const = default;
};
/// How an amount was worked out, step by step.
using Derivation = std::vector<DerivationLine>;
/// Said in one sentence; nothing where there is none.
inline Derivation note(std::string text) {
  return text.empty() ? Derivation() : Derivation{{"note", std::move(text), {}}};
}

/// What a pool asks to hold: one family's share of one session.
struct WantedShare {
  Id<"family"> family;
  std::int64_t session = 1;
  Date date = {};
  Money amount;
  Derivation derivation;
};

/// What one instalment of one plan's stream pays of a share.
struct SharePart {
  Id<"plan"> plan;
  Stream stream = Stream::short_breaks;
  Instalment from;
  Money amount;
  std::optional<Holder> holder = {};  // who holds it, where it is charged
};

/// What a fee is for.
enum class FeeKind { broker, payroll, insurance, holding, other };
constexpr auto names_of(FeeKind) {
  return names<FeeKind>({{FeeKind::broker, "broker"},
                         {FeeKind::payroll, "payroll"},
                         {FeeKind::insurance, "insurance"},
                         {FeeKind::holding, "holding"},
                         {FeeKind::other, "other"}});
}

/// A fee is agreed for a plan and reserved from one of its streams before anything is committed, and charged bit by
/// bit. It is owed to a payee of its own, which is paid like any provider. It counts inside the plan's streams and
/// not against what may be pooled: nothing is pooled by it.
struct Fee {
  Id<"fee"> id;
  Id<"plan"> plan;
  Id<"family"> family;
  FeeKind kind = FeeKind::broker;
  Id<"provider"> payee;
  std::string derivation;  // how the amount was worked out
  struct Part {
    Stream stream = Stream::short_breaks;
    Instalment from;
    Money reserved, charged;
    bool operator==(const Part&) const = default;
  };
  std::vector<Part> parts;
};

/// A share as it was held.
struct HeldShare {
  Id<"share"> id;
  Id<"pool"> pool;
  Id<"family"> family;
  std::int64_t session = 1;
  Date date = {};
  Money amount;
  Derivation derivation;
  std::vector<SharePart> parts;  // together exactly `amount`
};

/// What a family's statement says of one movement.
enum class LineKind {
  allocation, hold, charge, release, refund,
  paid_in, paid_back,            // the family's own money
  fee, fee_charge, fee_release,  // a fee was reserved, charged, not needed
  carried_in, carried_over,      // from the plan before, into the next one
  returned,                      // to the authority, when the plan had ended
};
constexpr auto names_of(LineKind) {
  return names<LineKind>({{LineKind::allocation, "allocation"},
                          {LineKind::hold, "hold"},
                          {LineKind::charge, "charge"},
                          {LineKind::release, "release"},
                          {LineKind::refund, "refund"},
                          {LineKind::paid_in, "paid_in"},
                          {LineKind::paid_back, "paid_back"},
                          {LineKind::fee, "fee"},
                          {LineKind::fee_charge, "fee_charge"},
                          {LineKind::fee_release, "fee_release"},
                          {LineKind::carried_in, "carried_in"},
                          {LineKind::carried_over, "carried_over"},
                          {LineKind::returned, "returned"}});
}

}  // namespace cp::payments
