#include "payments/simulation/simulation.hpp"

#include "payments/banking/batch.hpp"
#include "payments/book/commands.hpp"
#include "payments/book/plan_commands.hpp"
#include "payments/book/reverse.hpp"
#include "payments/ledger/encoding.hpp"
#include "payments/ledger/verify.hpp"
#include "payments/payouts/runs.hpp"
#include "payments/simulation/simulation_model.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <random>
#include <unordered_map>

namespace cp::payments {
namespace {

constexpr std::int64_t expiry_days = 60;
constexpr std::int64_t too_much = 10'000'000'000;
constexpr std::int64_t most_sessions = 6;
// Those that people still think of; older ones stay in the ledger.
constexpr std::size_t most_plans = 30;
constexpr std::size_t most_pools = 40;
constexpr std::size_t most_runs = 6;
constexpr std::size_t most_deeds = 300;  // that may still be undone
constexpr std::string_view categories[] = {"Sport", "Art", "Respite"};

/// The ledger and what is compared with it.
class Simulation {
 public:
  explicit Simulation(const SimulationOptions& options)
      : options_(options), random_(options.seed), ids_(make_seeded_ids(options.seed)),
        authority_(ids_->make<"authority">(now_)), model_(authority_) {
    start();
    for (int at = 0; at < 6; ++at) families_.push_back(ids_->make<"family">(now_));
    for (int at = 0; at < 3; ++at) providers_.push_back(ids_->make<"provider">(now_));
    for (auto& person : people_) person = ids_->make<"account">(now_);
    for (const auto& provider : {providers_[0], providers_[1]}) know_details_of(provider);
  }

  SimulationReport run() {
    for (; report_.steps < options_.operations && !report_.difference; ++report_.steps) {
      if (report_.steps % 10'000 == 0) options_.progress(report_.steps);
      try {
        pass_time();
        step();
        if (chance(4)) machine_->commit();
        if (chance(400)) restart();
        compare_balances();
      } catch (const std::exception& stopped) {
        differ(std::string("the ledger stopped: ") + stopped.what() + " after " + last_request_);
      }
    }
    if (!report_.difference) verify();
    return std::move(report_);
  }

 private:
  // -------------------------------------------------------------- the world

  void start() {
    journal_ = options_.open();
    book_ = std::make_unique<Book>(expiry_days);
    ledger::MachineOptions options;
    options.save_within = 500;
    options.recent_keys = 200;
    machine_ = std::make_unique<ledger::Machine>(*journal_, book_.get(), options);
  }

  void restart() {
    machine_->commit();
    machine_.reset();
    book_.reset();
    journal_.reset();
    start();
    expected_.clear();
    ++report_.restarts;
  }

  void verify() {
    machine_->commit();
    ledger::VerifyOptions options;
    options.make_meaning = [] { return std::make_unique<Book>(expiry_days); };
    const auto found = ledger::verify(*journal_, options);
    if (!found.problems.empty()) differ("the journal is not whole: " + found.problems.front());
  }

  void differ(const std::string& what) {
    if (report_.difference) return;
    report_.difference = "seed " + std::to_string(options_.seed) + ", step " + std::to_string(report_.steps) + ": " + what;
  }

  std::int64_t pick(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }
  bool chance(std::int64_t one_in) { return pick(1, one_in) == 1; }
  template <class Kind>
  Kind any_kind() {
    return static_cast<Kind>(pick(0, static_cast<std::int64_t>(names_of(Kind{}).size()) - 1));
  }
  template <class T>
  const T& any_of(const std::vector<T>& values) {
    return values[static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(values.size()) - 1))];
  }

  void pass_time() {
    now_ += std::chrono::microseconds(pick(0, 2'000'000'000));
    if (chance(60)) now_ += std::chrono::days(pick(1, 4));
    asked_at_ = now_;
    if (chance(100)) asked_at_ = last_ - std::chrono::milliseconds(pick(1, 20'000));
  }

  // -------------------------------------------------------------- asking and comparing

  struct Remembered {
    std::string request;
    Expected expected;
  };

  template <class Model>
  void ask(ledger::Command& command, std::string_view what, const std::string& request, Model model, std::string key = {}) {
    const bool given = !key.empty();
    const auto whole = std::string(what) + "\n" + request;
    if (!given) key = choose_key(whole);
    if (!given) sign(command, key, "simulation", what, request);
    const auto known = keys_.find(key);
    const bool again = known != keys_.end() && known->second.request == whole;
    const bool late = asked_at_ + std::chrono::seconds(5) < last_;
    Expected expected;
    if (key.empty()) expected.code = "idempotency-key-missing";
    else if (again) expected = known->second.expected;
    else if (known != keys_.end()) expected.code = "idempotency-key-reused";
    else if (late) expected.code = "busy";
    else {
      last_ = std::max(last_, asked_at_);
      model_.set_today(day_of(last_));
      expected = model();
      keys_.emplace(key, Remembered{whole, expected});
      if (key_list_.size() < 5'000) key_list_.push_back(key);
      else key_list_[static_cast<std::size_t>(pick(0, 4'999))] = key;
    }
    const auto reply = machine_->execute(command, asked_at_);
    compare(reply, expected, again, whole);
    if (!reply || reply->again || report_.difference) return;
    if (model_.remember(reply->sequence)) deeds_.push_back(reply->sequence);
    if (deeds_.size() > most_deeds) deeds_.pop_front();
    ++report_.kinds[std::string(name(command.kind))];
  }

  /// Mostly a new one; or none, or one that was used before.
  std::string choose_key(const std::string& whole) {
    last_request_ = whole;
    if (chance(200)) return {};
    if (chance(60) && !key_list_.empty()) return any_of(key_list_);
    return chance(3) ? "key of " + ids_->next(now_) : ids_->next(now_);
  }

  void compare(const Result<ledger::Reply>& reply, const Expected& expected, bool again, const std::string& request) {
    Expected found;
    if (reply) {
      found.pence = reply->amount.pence();
    } else {
      found.code = reply.error().code;
      for (const auto& [name, value] : reply.error().extras) {
        if (name == "short_by_pence" || name == "over_by_pence") found.pence = std::get<std::int64_t>(value);
      }
    }
    const auto is_found = [&](const Expected& one) { return one.code == found.code && one.pence == found.pence; };
    if (!is_found(expected) && std::none_of(expected.or_else.begin(), expected.or_else.end(), is_found)) {
      differ("expected " + words(expected) + ", found " + words(found) + ", asked " + request);
    } else if (reply && reply->again != again) {
      differ("answered " + std::string(again ? "anew" : "again") + ": " + request);
    }
    if (again) ++report_.replayed;
    else if (reply) ++report_.done;
    if (!reply) ++report_.refusals[found.code];
  }

  static std::string words(const Expected& expected) {
    return (expected.code.empty() ? "done" : expected.code) + " " + std::to_string(expected.pence);
  }

  void compare_balances() {
    const auto& accounts = machine_->accounts();
    const auto& expected = model_.balances();
    while (expected_.size() < accounts.size()) {
      const auto& account = accounts.at(static_cast<ledger::AccountNumber>(expected_.size()));
      const auto found = expected.find(account.name);
      if (found == expected.end()) return differ("nobody expected " + account.name);
      expected_.push_back(&found->second);
    }
    for (ledger::AccountNumber at = 0; at < accounts.size(); ++at) {
      const auto& account = accounts.at(at);
      if (account.balance.pence() != *expected_[at]) {
        return differ(account.name + " holds " + std::to_string(account.balance.pence()) + ", expected " +
                      std::to_string(*expected_[at]) + " after " + last_request_);
      }
    }
    if (report_.steps % 100 != 0) return;
    for (const auto& [name, pence] : expected) {
      if (pence != 0 && !accounts.find(name)) return differ(name + " is missing");
    }
  }

  // -------------------------------------------------------------- what people do

  void step() {
    if (plans_.empty() || chance(60)) return agree();
    switch (pick(0, 26)) {
      case 0: return revise();
      case 1: return chance(2) ? permit() : own_money();
      case 2: case 3: case 4: case 5: case 6: return hold();
      case 7: case 8: case 9: case 10: case 11: return charge();
      case 12: case 13: return release();
      case 14: return expire();
      case 15: case 16: case 17: return refund();
      case 18: return chance(5) ? close() : chance(3) ? misspell() : chance(3) ? hand_over() : end();
      case 20: return batch();
      case 21: return send();
      case 22: return chance(3) ? come_back() : settle();
      case 23: return issue();
      case 24: case 25: case 26: return undo();
      default: return chance(2) ? repeat() : fee();
    }
  }

  std::vector<StreamBudget> streams(Date starts) {
    std::vector<StreamBudget> budgets;
    for (const auto& [stream, stream_name] : names_of(Stream{})) {
      if (!chance(is_allocated(stream) ? 3 : 50)) continue;
      // Some come in instalments, all from later days on or the first one at once.
      const auto instalments = chance(3) ? pick(1, 3) : 0;
      for (auto at = chance(4) ? std::min<std::int64_t>(1, instalments) : 0; at <= instalments; ++at) {
        StreamBudget budget;
        budget.stream = stream;
        budget.allocated = Money(chance(50) ? too_much : chance(80) ? -pick(1, 100) : pick(0, 20'000));
        if (at > 0) budget.from = Date(std::chrono::sys_days(starts) + std::chrono::days(at * 30));
        budgets.push_back(budget);
      }
    }
    return budgets;
  }

  void agree() {
    Plan plan;
    plan.id = !plans_.empty() && chance(10) ? any_of(plans_) : ids_->make<"plan">(now_);
    plan.authority = authority_;
    plan.family = any_of(families_);
    plan.state = PlanState::agreed;
    const auto from = std::chrono::sys_days(day_of(now_)) - std::chrono::days(pick(0, 60));
    plan.starts = Date(from);
    plan.holder = any_kind<Holder>();
    plan.ends = Date(from + std::chrono::days(pick(0, 400)));
    plan.streams = streams(plan.starts);
    plan.free_percent = pick(0, 100);
    for (const auto& [stream, stream_name] : names_of(Stream{})) {
      if (chance(12)) plan.rules.push_back({stream, "*", SpendingRuling::not_allowed});
      if (chance(12)) plan.rules.push_back({stream, "Sport", chance(2) ? SpendingRuling::allowed : SpendingRuling::ask});
    }
    AgreePlan command(*book_, plan);
    ask(command, "agree", plan.id.text() + " " + std::to_string(report_.steps), [&] { return model_.agree(plan); });
    if (!model_.plan(plan.id) || std::find(plans_.begin(), plans_.end(), plan.id) != plans_.end()) return;
    if (plans_.size() >= most_plans) plans_.erase(plans_.begin());
    plans_.push_back(plan.id);
  }

  Id<"plan"> some_plan() { return chance(40) ? ids_->make<"plan">(now_) : any_of(plans_); }

  void revise() {
    Plan plan;
    plan.id = some_plan();
    plan.authority = authority_;
    plan.state = PlanState::agreed;
    if (const auto* known = model_.plan(plan.id)) plan = *known;
    if (chance(3)) {
      plan.streams = streams(plan.starts);
    } else {
      for (auto& budget : plan.streams) budget.allocated += Money(pick(-3'000, 3'000));
    }
    if (chance(4)) plan.free_percent = pick(0, 100);
    plan.version += chance(10) ? pick(0, 3) : 1;
    RevisePlan command(*book_, plan, "reviewed");
    ask(command, "revise", plan.id.text() + " " + std::to_string(report_.steps), [&] { return model_.revise(plan); });
  }

  void permit() {
    const auto id = some_plan();
    Plan plan;
    plan.id = id;
    plan.authority = authority_;
    const Money amount(chance(10) ? -pick(0, 5) : chance(20) ? too_much : pick(1, 3'000));
    Permit command(*book_, plan, amount, "asked for");
    const auto request = id.text() + " " + std::to_string(amount.pence()) + " " + std::to_string(report_.steps);
    ask(command, "permit", request, [&] { return model_.permit(id, amount); });
  }

  void own_money() {
    const auto id = some_plan();
    Plan plan;
    plan.id = id;
    plan.authority = authority_;
    const auto way = chance(3) ? Way::back : Way::in;
    const Money amount(chance(10) ? -pick(0, 5) : chance(20) && way == Way::back ? too_much : pick(1, 2'000));
    MoveOwnMoney command(*book_, plan, way, amount, "bank transfer");
    const auto request = id.text() + " " + std::string(name(way)) + " " + std::to_string(amount.pence()) + " " + std::to_string(report_.steps);
    ask(command, "own-money", request, [&] { return way == Way::in ? model_.pay_in(id, amount) : model_.pay_back(id, amount); });
  }

  void fee() {
    if (fees_.empty() || chance(3)) {
      Fee fee;
      fee.id = ids_->make<"fee">(now_);
      fee.payee = any_of(providers_);
      fee.derivation = "agreed";
      Plan plan;
      plan.id = some_plan();
      plan.authority = authority_;
      const auto stream = any_kind<Stream>();
      const Money amount(chance(10) ? -pick(0, 5) : chance(20) ? too_much : pick(1, 800));
      const auto id = fee.id;
      const auto payee = fee.payee;
      AgreeFee command(*book_, plan, std::move(fee), stream, amount);
      if (fees_.size() < most_plans) fees_.push_back(id);
      else fees_[static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(most_plans) - 1))] = id;
      return ask(command, "fee", id.text(), [&, plan_id = plan.id] { return model_.agree_fee(id, plan_id, payee, stream, amount); });
    }
    const auto id = chance(40) ? ids_->make<"fee">(now_) : any_of(fees_);
    std::optional<Money> amount;
    if (!chance(3)) amount = Money(chance(20) ? -pick(0, 5) : pick(1, 500));
    MoveFee command(*book_, authority_, id, amount, "a month");
    const auto request = id.text() + " " + std::to_string(amount ? amount->pence() : 0) + " " + std::to_string(report_.steps);
    ask(command, "move-fee", request, [&] { return model_.move_fee(id, amount); });
  }

  void hand_over() {
    const auto id = some_plan();
    Plan plan;
    plan.id = id;
    plan.authority = authority_;
    const auto starts = std::chrono::sys_days(model_.plan(id) ? model_.plan(id)->starts : day_of(now_));
    const auto some_day = [&] { return Date(starts + std::chrono::days(pick(-1, 60))); };
    HandOver asked;
    asked.stream = any_kind<Stream>();
    if (chance(3)) asked.instalment = Date(starts + std::chrono::days(pick(1, 3) * 30));
    asked.holder = any_kind<Holder>();
    asked.from = some_day();
    HandOverPlan command(*book_, plan, asked, "as the family wishes");
    ask(command, "hand-over", id.text() + " " + std::to_string(report_.steps), [&] { return model_.hand_over(id, asked); });
    if (!model_.plan(id)) return;
    const auto day = some_day();
    if (book_->holder_of({id, asked.stream, asked.instalment, {}}, day) != model_.holder(id, asked.stream, asked.instalment, day)) {
      differ("somebody else holds " + std::string(name(asked.stream)) + " of " + id.text() + " on " + to_text(day));
    }
  }

  void end() {
    Plan plan;
    plan.id = some_plan();
    plan.authority = authority_;
    std::optional<Id<"plan">> next;
    if (!chance(3)) {
      next = some_plan();
      // Mostly one that fits.
      const auto* ended = model_.plan(plan.id);
      for (const auto& id : plans_) {
        const auto* later = model_.plan(id);
        if (ended && later && later->family == ended->family && later->ends > ended->ends && !chance(4)) next = id;
      }
    }
    CarryPolicy policy{pick(0, 100), {}};
    if (chance(2)) policy.limit = Money(pick(0, 2'000));
    EndPlan command(*book_, plan, next, policy);
    const auto request = plan.id.text() + " " + std::to_string(report_.steps);
    ask(command, "end", request, [&] { return model_.end(plan.id, next, policy.percent, policy.limit); });
  }

  struct Pooled {
    Id<"pool"> id;
    Id<"provider"> provider;
    std::string category;
    std::vector<Id<"family">> members;
    Date first;
    std::int64_t version = 1;
  };

  Pooled& some_pool() {
    if (pools_.empty() || chance(25)) {
      Pooled pool{ids_->make<"pool">(now_), any_of(providers_), std::string(categories[pick(0, 2)]), families_, {}, 1};
      std::shuffle(pool.members.begin(), pool.members.end(), random_);
      pool.members.resize(static_cast<std::size_t>(pick(1, 5)));
      pool.first = Date(std::chrono::sys_days(day_of(now_)) + std::chrono::days(pick(-40, 40)));
      if (pools_.size() >= most_pools) pools_.pop_front();
      pools_.push_back(std::move(pool));
    }
    // Mostly one of the last ones, whose days are near.
    const auto count = static_cast<std::int64_t>(pools_.size());
    return pools_[static_cast<std::size_t>(pick(chance(5) ? 0 : std::max<std::int64_t>(0, count - 6), count - 1))];
  }

  static Date day_of_session(const Pooled& pool, std::int64_t session) {
    return Date(std::chrono::sys_days(pool.first) + std::chrono::days(7 * (session - 1)));
  }

  void hold() {
    auto& pool = some_pool();
    const auto from = pick(1, most_sessions);
    HoldRequest request{pool.id, "Climbing", pool.provider, authority_, pool.category, pool.version, from, {}};
    const auto price = chance(10) ? 0 : chance(30) ? too_much : pick(1, 1'500);
    for (auto session = from; session <= most_sessions; ++session) {
      for (const auto& family : pool.members) {
        if (chance(6)) continue;
        request.shares.push_back({family, session, day_of_session(pool, session), Money(price + pick(0, 1)), note("a share")});
      }
    }
    std::shuffle(request.shares.begin(), request.shares.end(), random_);
    if (chance(8)) request.agreement_version = ++pool.version;
    else if (chance(20)) request.agreement_version = pick(1, pool.version);
    if (chance(60)) request.provider = any_of(providers_);
    if (chance(80)) request.authority = ids_->make<"authority">(now_);
    if (!request.shares.empty()) {
      auto& share = request.shares.front();
      if (chance(60)) share.amount = Money(-pick(1, 9));
      if (chance(60)) share.session = from - 1;
      if (chance(60)) share = request.shares.back();
      if (chance(60)) share.family = ids_->make<"family">(now_);
      if (chance(60)) pool.members.pop_back();
      if (pool.members.empty()) pool.members.push_back(any_of(families_));
    }
    Hold command(*book_, *ids_, now_, request);
    ask(command, "hold", json::write(request), [&] { return model_.hold(request); });
  }

  Id<"pool"> asked_pool() { return chance(60) ? ids_->make<"pool">(now_) : some_pool().id; }

  void charge() {
    const auto& pool = some_pool();
    ChargeRequest request{chance(60) ? ids_->make<"pool">(now_) : pool.id, pick(1, most_sessions)};
    if (chance(2)) {
      request.amounts.emplace();
      for (const auto& family : pool.members) {
        if (chance(3)) continue;
        const auto pence = chance(6) ? 0 : chance(40) ? -pick(1, 9) : chance(40) ? too_much : pick(1, 1'800);
        request.amounts->push_back({chance(60) ? any_of(families_) : family, Money(pence)});
      }
      if (chance(2)) request.release_rest = chance(2);
    }
    Charge command(*book_, *ids_, now_, request);
    ask(command, "charge", json::write(request) + std::to_string(report_.steps), [&] { return model_.charge(request); });
  }

  void release() {
    ReleaseRequest request{asked_pool(), {}, {}};
    if (chance(8)) request.all = true;
    if (!request.all || chance(20)) request.sessions = {pick(1, most_sessions), pick(1, most_sessions)};
    if (chance(40)) request.sessions.reset();
    note_origins(request.pool);
    Release command(*book_, request);
    ask(command, "release", json::write(request) + std::to_string(report_.steps), [&] { return model_.release(request); });
  }

  void expire() {
    const auto pool = asked_pool();
    const auto today = day_of(std::max(asked_at_, last_));
    note_origins(pool);
    Expire command(*book_, pool, today);
    const auto key = "expire:" + pool.text() + ":" + to_text(today);
    ask(command, "expire", key, [&] { return model_.expire(pool); }, key);
  }

  void refund() {
    const auto& pool = some_pool();
    RefundRequest request{chance(60) ? ids_->make<"pool">(now_) : pool.id, pick(1, most_sessions), "rained off"};
    if (chance(2)) request.family = chance(20) ? any_of(families_) : any_of(pool.members);
    if (request.family ? chance(2) : chance(30)) request.amount = Money(chance(20) ? -pick(0, 5) : pick(1, 900));
    Refund command(*book_, request);
    ask(command, "refund", json::write(request) + std::to_string(report_.steps), [&] { return model_.refund(request); });
  }

  void close() {
    const Date through(std::chrono::sys_days(day_of(now_)) - std::chrono::days(pick(-2, 30)));
    ClosePeriod command(authority_, through);
    const auto request = to_text(through) + " " + std::to_string(report_.steps);
    ask(command, "close", request, [&] { return model_.close(through); });
  }

  // -------------------------------------------------------------- money out

  void know_details_of(const Id<"provider">& provider) {
    banking::DetailsChange change;
    change.id = ids_->make<"bank-details">(now_);
    change.owner = provider;
    change.state = banking::ChangeState::confirmed;
    change.confirmed_at = now_;
    change.usable_from = day_of(now_);
    details_.push_back(change);
    model_.know_details_of(provider);
  }

  /// Of all that is owed, or of some pools.
  void batch() {
    RunOrder order{ids_->make<"payment-run">(now_), authority_, people_[0], {}, {}, details_};
    const auto today = day_of(std::max(asked_at_, last_));
    order.pay_on = calendar_.next(today);
    if (chance(20)) order.pay_on = calendar_.previous(today);
    if (chance(20)) order.pay_on = Date(std::chrono::sys_days(today) + (std::chrono::Sunday - std::chrono::weekday(std::chrono::sys_days(today))));
    if (chance(3)) {
      order.pools.emplace();
      for (auto count = pick(chance(10) ? 0 : 1, 2); count > 0; --count) order.pools->push_back(some_pool().id);
    }
    BatchRun command(*book_, order, policy_, calendar_);
    runs_.push_back(order.id);
    if (runs_.size() > most_runs) runs_.pop_front();
    ask(command, "batch", order.id.text(), [&] { return model_.batch(order.id, order.pay_on, order.pools); });
  }

  Id<"payment-run"> some_run() {
    if (runs_.empty() || chance(30)) return ids_->make<"payment-run">(now_);
    return runs_[static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(runs_.size()) - 1))];
  }

  void send() {
    const auto run = some_run();
    std::vector<banking::Release> releases;
    if (const auto* known = book_->run(run)) {
      const auto digest = banking::digest_of(to_banking(*known, {}, policy_));
      for (std::size_t person = 1; person < people_.size() && !chance(4); ++person) releases.push_back({people_[person], now_, digest});
    }
    SendRun command(*book_, authority_, run, releases, details_, policy_);
    const auto request = run.text() + " " + std::to_string(report_.steps);
    ask(command, "send", request, [&] { return model_.send(run, releases.size()); });
  }

  std::vector<Id<"provider">> some_payees(const Id<"payment-run">& run) {
    auto payees = model_.payees(run);
    if (payees.empty() || chance(20)) payees.push_back(any_of(providers_));
    std::shuffle(payees.begin(), payees.end(), random_);
    if (chance(2)) payees.resize(1);
    if (chance(20)) payees.push_back(payees.front());
    return payees;
  }

  void settle() {
    const auto run = some_run();
    const auto payees = some_payees(run);
    SettlePayments command(*book_, authority_, {run, payees, "end to end"});
    const auto request = run.text() + " " + std::to_string(report_.steps);
    ask(command, "settle", request, [&] { return model_.settle(run, payees); });
  }

  /// Payments that the bank gives back, or a run that is cancelled before it is sent.
  void come_back() {
    const auto run = some_run();
    const auto payees = some_payees(run);
    const bool cancelled = chance(2);
    RejectPayments command(*book_, authority_, {run, cancelled ? std::vector<Id<"provider">>() : payees, cancelled, "AC04"});
    const auto request = run.text() + " " + std::to_string(report_.steps);
    ask(command, "reject", request, [&] { return cancelled ? model_.cancel(run) : model_.come_back(run, payees); });
  }

  void issue() {
    const auto& family = any_of(families_);
    const auto* before = book_->statement(family);
    StatementFact fact{family, (before ? before->number : 0) + (chance(12) ? pick(0, 2) : 1), {}, {}, 0, "of its bytes"};
    fact.last = Date(std::chrono::sys_days(day_of(now_)) - std::chrono::days(pick(chance(12) ? -2 : 1, 9)));
    fact.first = fact.last;
    IssueStatement command(*book_, authority_, fact);
    const auto request = family.text() + " " + std::to_string(report_.steps);
    ask(command, "issue", request, [&] { return model_.issue(fact); });
  }

  // -------------------------------------------------------------- undone

  /// What is released may be held again by its undoing, which has to say what it was.
  void note_origins(const Id<"pool">& id) {
    const auto* pool = book_->pool(id);
    if (!pool) return;
    if (origins_.size() > 20'000) origins_.clear();
    for (const auto& [session, shares] : pool->sessions) {
      for (const auto& share : shares) origins_[share.id.text()] = {session, share.date};
    }
  }

  void undo() {
    if (deeds_.empty()) return;
    // Mostly something of just now: of what is older much has moved on.
    const auto last = static_cast<std::int64_t>(deeds_.size()) - 1;
    const auto sequence = deeds_[static_cast<std::size_t>(pick(chance(3) ? 0 : std::max<std::int64_t>(0, last - 10), last))];
    machine_->commit();
    ReversalOrder order{ledger::decode(journal_->read_one(sequence).body), "It was wrong."};
    const auto fact = decode_fact(order.undone.facts);
    order.terms = model_.terms_before(sequence);
    if (const auto* release = std::get_if<ReleaseFact>(&fact)) {
      for (const auto& moved : release->released) {
        const auto origin = origins_.find(moved.share.text());
        if (origin == origins_.end()) return;
        order.shares.push_back({moved.share, release->pool, moved.family, origin->second.session, origin->second.date,
                                sum_of(moved.parts), {}, moved.parts});
      }
    }
    const auto request = std::string(name(order.undone.kind)) + " " + std::to_string(sequence) + " " + std::to_string(report_.steps);
    Reverse command(*book_, authority_, std::move(order));
    ask(command, "reverse", request, [&] { return model_.undo(sequence); });
  }

  /// The same body under the same key: the answer of then, whatever has happened since.
  void repeat() {
    auto& pool = some_pool();
    RefundRequest request{pool.id, pick(1, most_sessions), "twice"};
    const auto body = json::write(request);
    const auto key = "repeated " + body;
    Refund command(*book_, request);
    sign(command, key, "simulation", "refund", body);
    ask(command, "refund", body, [&] { return model_.refund(request); }, key);
  }

  /// What cannot even be read is refused before the ledger sees it.
  void misspell() {
    const auto& pool = some_pool();
    const HoldRequest request{pool.id, "Climbing", pool.provider, authority_, pool.category, 1, 1,
                              {{any_of(families_), 1, day_of_session(pool, 1), Money(123), note("a share")}}};
    auto text = json::write(request);
    const auto replace = [&](std::string_view what, std::string_view by) {
      const auto at = text.find(what);
      if (at == std::string::npos) return differ("a request has no " + std::string(what));
      text.replace(at, what.size(), by);
    };
    switch (pick(0, 4)) {
      case 0: replace("\"pence\":123", "\"pence\":12.5"); break;
      case 1: replace("\"GBP\"", "\"EUR\""); break;
      case 2: replace("\"pence\":123", "\"pence\":-1"); break;
      case 3: replace("\"pence\":123", "\"pence\":99999999999999999999"); break;
      default: replace("\"session\":1", "\"session\":0"); break;
    }
    const auto read = json::read<HoldRequest>(text);
    if (read) differ("this was read: " + text);
    else ++report_.refusals[read.error().code];
    if (!from_name<Stream>("gold")) return;
    differ("a stream that is not known was read");
  }

  const SimulationOptions& options_;
  std::mt19937_64 random_;
  std::unique_ptr<IdSource> ids_;
  SimulationReport report_;
  Timestamp now_ = Timestamp(std::chrono::microseconds(1'767'225'600'000'000));  // 1 January 2026
  Timestamp asked_at_ = now_;
  Timestamp last_ = {};  // the ledger's last operation's time
  std::unique_ptr<ledger::Journal> journal_;
  std::unique_ptr<Book> book_;
  std::unique_ptr<ledger::Machine> machine_;
  std::vector<const std::int64_t*> expected_;  // by account number
  std::map<std::string, Remembered> keys_;
  std::vector<std::string> key_list_;
  std::string last_request_;

  Id<"authority"> authority_;
  SimulationModel model_;
  std::vector<Id<"family">> families_;
  std::vector<Id<"provider">> providers_;
  std::vector<Id<"plan">> plans_;
  std::vector<Id<"fee">> fees_;
  std::deque<Pooled> pools_;
  std::array<Id<"account">, 3> people_;  // the first makes payment runs, the others release them
  std::vector<banking::DetailsChange> details_;
  banking::BankingPolicy policy_;
  banking::BankCalendar calendar_;
  std::deque<Id<"payment-run">> runs_;
  std::deque<std::uint64_t> deeds_;
  struct Origin {
    std::int64_t session = 0;
    Date date;
  };
  std::unordered_map<std::string, Origin> origins_;  // of shares that were released
};

}  // namespace

SimulationReport simulate(const SimulationOptions& options) { return Simulation(options).run(); }

}  // namespace cp::payments
