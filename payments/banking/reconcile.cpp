#include "payments/banking/reconcile.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace cp::banking {
namespace {

constexpr std::size_t least_evidence = 4;  // letters or digits of a reference
constexpr std::size_t bacs_width = 18;     // as much of a run's id as the contra record has

using Tokens = std::vector<std::string>;
using Places = std::set<std::size_t>;  // of payments, or of lines

/// Capitals, split at whatever no reference has; `CP 2026/1` is two tokens.
Tokens tokens_of(std::string_view text) {
  Tokens tokens(1);
  for (const char c : text) {
    const char capital = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    const bool kept = (capital >= 'A' && capital <= 'Z') || (capital >= '0' && capital <= '9') || capital == '.' ||
                      capital == '-' || capital == '/';
    if (kept) tokens.back() += capital;
    else if (!tokens.back().empty()) tokens.emplace_back();
  }
  if (tokens.back().empty()) tokens.pop_back();
  return tokens;
}

bool is_evidence(const Tokens& reference) {
  std::size_t count = 0;
  for (const auto& token : reference) {
    count += static_cast<std::size_t>(std::count_if(token.begin(), token.end(), [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }));
  }
  return count >= least_evidence;
}

/// Finds which of many references a text holds, whole tokens only.
class References {
 public:
  void add(std::string_view reference, std::size_t place) {
    const auto tokens = tokens_of(reference);
    if (!is_evidence(tokens)) return;
    std::string joined;
    for (const auto& token : tokens) joined += token + ' ';
    places_[joined].push_back(place);
    longest_ = std::max(longest_, tokens.size());
  }

  [[nodiscard]] Places in(const Tokens& text) const {
    Places found;
    for (std::size_t first = 0; first < text.size(); ++first) {
      std::string joined;
      for (auto at = first; at < std::min(first + longest_, text.size()); ++at) {
        joined += text[at] + ' ';
        const auto known = places_.find(joined);
        if (known != places_.end()) found.insert(known->second.begin(), known->second.end());
      }
    }
    return found;
  }

 private:
  std::unordered_map<std::string, std::vector<std::size_t>> places_;
  std::size_t longest_ = 0;  // in tokens
};

struct Run {
  Places payments;
  Money total;
};

Error bad_input(std::string detail) { return invalid("reconcile-input-invalid", std::move(detail)); }

/// Names both sides of a possible match by place. A payment's place is that in `payments_`; a line's
/// that in `lines_`, which are sorted, so that "the first" never depends on the order given.
class Matcher {
 public:
  Matcher(const std::vector<SentPayment>& payments, const std::vector<StatementLine>& lines, const ReconcileWindow& window)
      : payments_(payments), window_(window) {
    for (const auto& line : lines) lines_.push_back(&line);
    std::sort(lines_.begin(), lines_.end(), [](const auto* a, const auto* b) {
      return std::tie(a->booked, a->id) < std::tie(b->booked, b->id);
    });
    done_.resize(lines.size());
    contested_.resize(payments.size());
    for (const auto& payment : payments) state_.push_back(payment.state);
  }

  Result<Reconciliation> run() {
    CP_TRY(index());
    set_aside();
    match_end_to_end(Direction::debit, PaymentState::sent, PaymentState::settled);
    match_runs_by_id();
    match_by_reference();
    refuse_other_sums_of_runs();
    match_by_amount();
    match_end_to_end(Direction::credit, PaymentState::settled, PaymentState::returned);
    match_returns_by_reference();
    for (std::size_t at = 0; at < lines_.size(); ++at) {
      if (!done_[at]) leave(at, lines_[at]->unsplit > 0 ? UnmatchedReason::unsplit : UnmatchedReason::no_candidate, {});
    }
    return finished();
  }

 private:
  // What is there ---------------------------------------------------------------------------------

  Result<Done> index() {
    std::set<std::string> ids;
    for (const auto* line : lines_) {
      if (!ids.insert(line->id).second) return bad_input("Two statement lines have the same id.");
      if (line->amount.is_negative() || !line->booked.ok()) {
        return bad_input("A statement line has an amount below zero, or no date.");
      }
    }
    ids.clear();
    for (std::size_t at = 0; at < payments_.size(); ++at) {
      const auto& payment = payments_[at];
      const bool new_id = ids.insert(payment.id).second;
      if (!new_id || payment.end_to_end_id.empty() || !by_end_to_end_.emplace(payment.end_to_end_id, at).second) {
        return bad_input("Two payments have the same id or end-to-end id, or one has none.");
      }
      if (payment.amount <= Money{} || !payment.pay_on.ok()) return bad_input("A payment is not above zero, or has no day.");
      references_.add(payment.reference, at);
      if (payment.file_id.empty()) continue;
      auto& run = runs_[payment.file_id];
      run.payments.insert(at);
      run.total += payment.amount;
    }
    for (const auto& [id, run] : runs_) {
      run_references_.add(id, *run.payments.begin());
      if (id.size() > bacs_width) run_references_.add(id.substr(0, bacs_width), *run.payments.begin());
    }
    for (const auto* line : lines_) texts_.push_back(tokens_of(line->reference + ' ' + line->end_to_end_id));
    return Done{};
  }

  [[nodiscard]] bool is_open(std::size_t payment) const {
    return state_[payment] == PaymentState::sent && !contested_[payment];
  }
  [[nodiscard]] bool is_open(const Run& run) const {
    return std::all_of(run.payments.begin(), run.payments.end(), [&](auto at) { return is_open(at); });
  }
  [[nodiscard]] const Run& run_of(std::size_t payment) const { return runs_.at(payments_[payment].file_id); }

  /// Lines of a direction that nothing was said of yet.
  [[nodiscard]] std::vector<std::size_t> left(Direction direction) const {
    std::vector<std::size_t> found;
    for (std::size_t at = 0; at < lines_.size(); ++at) {
      if (!done_[at] && lines_[at]->direction == direction) found.push_back(at);
    }
    return found;
  }

  // What becomes of it ----------------------------------------------------------------------------

  std::vector<std::string> ids_of(const Places& payments) const {
    std::vector<std::string> ids;
    for (const auto at : payments) ids.push_back(payments_[at].id);
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  void match(std::size_t line, const Places& payments, Outcome outcome, Evidence evidence) {
    done_[line] = true;
    for (const auto at : payments) {
      state_[at] = outcome == Outcome::settled ? PaymentState::settled : PaymentState::returned;
    }
    const auto reason = outcome == Outcome::returned ? lines_[line]->return_reason : "";
    result_.matches.push_back({lines_[line]->id, ids_of(payments), outcome, evidence, reason});
  }

  void leave(std::size_t line, UnmatchedReason reason, const Places& candidates) {
    done_[line] = true;
    result_.unmatched.push_back({lines_[line]->id, reason, ids_of(candidates)});
  }

  void leave_other_amount(std::size_t line, Money wanted, const Places& candidates) {
    const bool less = lines_[line]->amount < wanted;
    leave(line, less ? UnmatchedReason::partial_amount : UnmatchedReason::over_amount, candidates);
  }

  // The steps -------------------------------------------------------------------------------------

  Places named_by_id(std::size_t line) const {
    const auto found = by_end_to_end_.find(lines_[line]->end_to_end_id);
    return found == by_end_to_end_.end() ? Places{} : Places{found->second};
  }

  void set_aside() {
    for (std::size_t at = 0; at < lines_.size(); ++at) {
      const auto& line = *lines_[at];
      if (line.status != LineStatus::booked) leave(at, UnmatchedReason::not_booked, {});
      else if (line.amount == Money{}) leave(at, UnmatchedReason::no_amount, named_by_id(at));
      else if (line.reversal) leave(at, UnmatchedReason::reversal, named_by_id(at));
    }
  }

  /// Step 1, for payments and for returns. Of several lines with the payment's id and amount the
  /// first counts; the others are duplicates.
  void match_end_to_end(Direction direction, PaymentState from, PaymentState to) {
    std::map<std::size_t, std::vector<std::size_t>> lines_of_payment;
    for (const auto line : left(direction)) {
      const auto payment = named_by_id(line);
      if (!payment.empty() && lines_[line]->unsplit == 0) lines_of_payment[*payment.begin()].push_back(line);
    }
    const auto outcome = to == PaymentState::settled ? Outcome::settled : Outcome::returned;
    for (const auto& [payment, lines] : lines_of_payment) {
      const auto amount = payments_[payment].amount;
      for (const auto line : lines) {
        if (lines_[line]->amount != amount) continue;
        if (state_[payment] == from) match(line, {payment}, outcome, Evidence::end_to_end_id);
        else leave(line, state_[payment] < from ? UnmatchedReason::not_settled : UnmatchedReason::duplicate, {payment});
      }
      for (const auto line : lines) {
        if (done_[line]) continue;
        leave_other_amount(line, amount, {payment});
        contested_[payment] = contested_[payment] || direction == Direction::debit;
      }
    }
  }

  /// The payments of all runs that the line's text names.
  std::vector<const Run*> runs_named_by(std::size_t line) const {
    std::vector<const Run*> runs;
    for (const auto first : run_references_.in(texts_[line])) {
      const auto* run = &run_of(first);
      if (std::find(runs.begin(), runs.end(), run) == runs.end()) runs.push_back(run);
    }
    return runs;
  }

  /// A sum over another number of transactions than the run has payments is not the run.
  [[nodiscard]] bool may_be_sum_of(std::size_t line, const Run& run) const {
    const auto count = lines_[line]->unsplit;
    return lines_[line]->amount == run.total && (count == 0 || count == run.payments.size());
  }

  /// Step 2. The first line counts, as in step 1.
  void match_runs_by_id() {
    for (const auto line : left(Direction::debit)) {
      const auto runs = runs_named_by(line);
      if (runs.size() != 1 || !may_be_sum_of(line, *runs[0])) continue;
      if (is_open(*runs[0])) {
        match(line, runs[0]->payments, Outcome::settled, Evidence::run);
      } else {
        const bool gone = std::any_of(runs[0]->payments.begin(), runs[0]->payments.end(),
                                      [&](auto at) { return state_[at] != PaymentState::sent; });
        leave(line, gone ? UnmatchedReason::duplicate : UnmatchedReason::ambiguous, runs[0]->payments);
      }
    }
  }

  /// Pairs that are the only ones on both sides are matched, all at once; whatever else could be a
  /// pair is ambiguous, and its payments are left alone from here on.
  void match_pairs(const std::map<std::size_t, Places>& payments_of_line, Outcome outcome, Evidence evidence) {
    std::map<std::size_t, std::size_t> lines_of_payment;
    for (const auto& [line, payments] : payments_of_line) {
      for (const auto payment : payments) ++lines_of_payment[payment];
    }
    for (const auto& [line, payments] : payments_of_line) {
      if (payments.size() == 1 && lines_of_payment[*payments.begin()] == 1) {
        match(line, payments, outcome, evidence);
        continue;
      }
      leave(line, UnmatchedReason::ambiguous, payments);
      for (const auto payment : payments) contested_[payment] = contested_[payment] || outcome == Outcome::settled;
    }
  }

  /// Step 3.
  void match_by_reference() {
    std::map<std::size_t, Places> pairs;
    std::map<std::size_t, Places> others;
    for (const auto line : left(Direction::debit)) {
      if (lines_[line]->unsplit > 0) continue;
      // An id that is none of ours is stronger than a text that looks like ours, unless it is a run's.
      if (!lines_[line]->end_to_end_id.empty() && runs_named_by(line).empty()) {
        leave(line, UnmatchedReason::unknown_reference, references_.in(texts_[line]));
        continue;
      }
      const auto named = references_.in(texts_[line]);
      if (named.empty()) continue;
      Places open;
      for (const auto at : named) {
        if (is_open(at) && payments_[at].amount == lines_[line]->amount) open.insert(at);
      }
      (open.empty() ? others : pairs)[line] = open.empty() ? named : open;
    }
    match_pairs(pairs, Outcome::settled, Evidence::reference);
    for (const auto& [line, named] : others) leave_named(line, named);
  }

  /// The text names payments, none of which is open with that amount.
  void leave_named(std::size_t line, const Places& named) {
    const auto has_amount = [&](auto at) { return payments_[at].amount == lines_[line]->amount; };
    if (std::any_of(named.begin(), named.end(), has_amount)) {
      const bool contested = std::any_of(named.begin(), named.end(), [&](auto at) {
        return has_amount(at) && state_[at] == PaymentState::sent;
      });
      leave(line, contested ? UnmatchedReason::ambiguous : UnmatchedReason::duplicate, named);
    } else if (named.size() > 1) {
      leave(line, UnmatchedReason::ambiguous, named);
    } else {
      leave_other_amount(line, payments_[*named.begin()].amount, named);
    }
    for (const auto at : named) contested_[at] = true;
  }

  /// Lines that name a run and are neither its sum nor one of its payments.
  void refuse_other_sums_of_runs() {
    for (const auto line : left(Direction::debit)) {
      const auto runs = runs_named_by(line);
      if (runs.empty()) continue;
      Places all;
      for (const auto* run : runs) all.insert(run->payments.begin(), run->payments.end());
      if (runs.size() > 1 || lines_[line]->amount == runs[0]->total) leave(line, UnmatchedReason::ambiguous, all);
      else leave_other_amount(line, runs[0]->total, all);
      for (const auto at : all) contested_[at] = true;
    }
  }

  [[nodiscard]] bool in_window(const StatementLine& line, Date pay_on) const {
    const auto days = std::chrono::sys_days(line.booked) - std::chrono::sys_days(pay_on);
    return days >= -std::chrono::days(window_.days_before) && days <= std::chrono::days(window_.days_after);
  }

  /// Step 4. A line's candidates are single payments and whole runs; single payments come first.
  void match_by_amount() {
    std::map<std::int64_t, Places> open_by_amount;
    for (std::size_t at = 0; at < payments_.size(); ++at) {
      if (is_open(at)) open_by_amount[payments_[at].amount.pence()].insert(at);
    }
    std::map<std::int64_t, std::vector<const Run*>> open_runs;
    for (const auto& [id, run] : runs_) {
      if (run.payments.size() > 1 && is_open(run)) open_runs[run.total.pence()].push_back(&run);
    }
    std::map<std::size_t, Places> singles;
    std::map<std::size_t, Places> both;
    std::map<const Run*, std::vector<std::size_t>> sums;
    for (const auto line : left(Direction::debit)) {
      Places candidates;
      if (lines_[line]->unsplit == 0) {
        for (const auto at : open_by_amount[lines_[line]->amount.pence()]) {
          if (in_window(*lines_[line], payments_[at].pay_on)) candidates.insert(at);
        }
      }
      std::vector<const Run*> runs;
      for (const auto* run : open_runs[lines_[line]->amount.pence()]) {
        const bool near = in_window(*lines_[line], payments_[*run->payments.begin()].pay_on);
        if (near && may_be_sum_of(line, *run)) runs.push_back(run);
      }
      if (runs.empty() && !candidates.empty()) singles[line] = candidates;
      else if (runs.size() == 1 && candidates.empty()) sums[runs[0]].push_back(line);
      else if (!runs.empty()) {
        for (const auto* run : runs) candidates.insert(run->payments.begin(), run->payments.end());
        both[line] = candidates;
      }
    }
    for (const auto& [line, candidates] : both) {
      leave(line, UnmatchedReason::ambiguous, candidates);
      for (const auto at : candidates) contested_[at] = true;
    }
    match_open_pairs(singles);
    for (const auto& [run, lines] : sums) {
      const bool certain = lines.size() == 1 && is_open(*run);
      for (const auto line : lines) {
        if (certain) match(line, run->payments, Outcome::settled, Evidence::amount);
        else leave(line, UnmatchedReason::ambiguous, run->payments);
      }
    }
  }

  /// Single payments that a line above could also have been part of are not certain any more.
  void match_open_pairs(const std::map<std::size_t, Places>& singles) {
    std::map<std::size_t, Places> pairs;
    for (const auto& [line, payments] : singles) {
      const bool open = std::all_of(payments.begin(), payments.end(), [&](auto at) { return is_open(at); });
      if (open) pairs[line] = payments;
      else leave(line, UnmatchedReason::ambiguous, payments);
    }
    match_pairs(pairs, Outcome::settled, Evidence::amount);
  }

  /// Returns without an end-to-end id: only where the bank says that it is one.
  void match_returns_by_reference() {
    std::map<std::size_t, Places> pairs;
    for (const auto line : left(Direction::credit)) {
      const auto& credit = *lines_[line];
      if (credit.unsplit > 0) continue;
      const bool marked = !credit.return_reason.empty();
      if (!credit.end_to_end_id.empty()) {
        if (marked) leave(line, UnmatchedReason::unknown_reference, references_.in(texts_[line]));
        continue;
      }
      Places candidates;
      for (const auto at : references_.in(texts_[line])) {
        const bool settled = state_[at] == PaymentState::settled && payments_[at].pay_on <= credit.booked;
        if (settled && payments_[at].amount == credit.amount) candidates.insert(at);
      }
      if (candidates.empty()) continue;
      if (marked) pairs[line] = candidates;
      else leave(line, UnmatchedReason::possible_return, candidates);
    }
    match_pairs(pairs, Outcome::returned, Evidence::reference);
  }

  Reconciliation finished() {
    const auto by_line = [](const auto& a, const auto& b) { return a.line < b.line; };
    std::sort(result_.matches.begin(), result_.matches.end(), by_line);
    std::sort(result_.unmatched.begin(), result_.unmatched.end(), by_line);
    Places outstanding;
    for (std::size_t at = 0; at < payments_.size(); ++at) {
      if (state_[at] == PaymentState::sent) outstanding.insert(at);
    }
    result_.outstanding = ids_of(outstanding);
    return std::move(result_);
  }

  const std::vector<SentPayment>& payments_;
  const ReconcileWindow& window_;
  std::vector<const StatementLine*> lines_;
  std::vector<Tokens> texts_;              // of the lines
  std::vector<bool> done_;                 // of the lines
  std::vector<bool> contested_;            // of the payments
  std::vector<PaymentState> state_;        // of the payments
  std::unordered_map<std::string, std::size_t> by_end_to_end_;
  References references_;
  std::map<std::string, Run> runs_;
  References run_references_;              // each gives the first payment of its run
  Reconciliation result_;
};

}  // namespace

Result<Reconciliation> reconcile(const std::vector<SentPayment>& payments, const std::vector<StatementLine>& lines,
                                 const ReconcileWindow& window) {
  return Matcher(payments, lines, window).run();
}

}  // namespace cp::banking
