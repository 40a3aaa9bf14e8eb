#include "matching/engine/pricing.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace cp::matching {

RunPricing::RunPricing(const Index& index, RunAt run, const std::vector<bool>& allowed) : index_(index), run_(run) {
  minimum_families_ = std::max<std::int64_t>(1, index.policy().minimum_families);
  for (const auto& candidate : index.candidates(run)) {
    if (!allowed.empty() && !allowed[candidate.family]) continue;
    members_.push_back({candidate.family, index.children(candidate.family), candidate.own,
                        index.headroom_pence(candidate.family)});
  }
  const auto count = members_.size();
  if (static_cast<std::int64_t>(count) < minimum_families_) return;
  for (std::int64_t size = 1; size <= index.most_children(run); ++size) {
    if (!index.size_fits(run, size)) continue;
    if (fewest_children_ == 0) fewest_children_ = size;
    most_children_ = size;
  }
  if (most_children_ == 0) return;
  fewest_children_ = std::max(fewest_children_, minimum_families_);
  most_groups_ = index.places_left(run) / fewest_children_;

  has_size_.assign(static_cast<std::size_t>(most_children_) + 1, 0);
  own_.assign(has_size_.size() * count, impossible);
  for (std::int64_t size = fewest_children_; size <= most_children_; ++size) {
    if (!index.size_fits(run, size)) continue;
    has_size_[static_cast<std::size_t>(size)] = 1;
    for (std::size_t at = 0; at < count; ++at) {
      const auto& member = members_[at];
      if (member.children > size || index.share(run, member.children, size) > member.headroom) continue;
      own_[static_cast<std::size_t>(size) * count + at] =
          member.own + index.policy().weights.saving * index.saving(run, member.children, size);
    }
  }

  pairs_.assign(count * count, 0);
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const auto x = members_[a].family, y = members_[b].family;
      const auto value = index.may_meet(x, y) ? static_cast<std::int32_t>(index.pair_value(x, y)) : may_not_meet;
      pairs_[a * count + b] = pairs_[b * count + a] = value;
    }
  }
  partners_.reserve(count * (count - 1));
  for (std::size_t a = 0; a < count; ++a) {
    first_partner_.push_back(partners_.size());
    for (std::uint32_t b = 0; b < count; ++b) {
      if (b != a && pair(a, b) != may_not_meet) partners_.push_back({b, pair(a, b)});
    }
    std::sort(partners_.begin() + static_cast<std::ptrdiff_t>(first_partner_.back()), partners_.end(),
              [](const Partner& x, const Partner& y) { return x.value != y.value ? x.value > y.value : x.member < y.member; });
  }
  first_partner_.push_back(partners_.size());

  const auto width = static_cast<std::size_t>(most_children_);
  best_pairs_.assign(count * width, impossible);
  for (std::size_t a = 0; a < count; ++a) {
    best_pairs_[a * width] = 0;
    const auto from = first_partner_[a], partners = first_partner_[a + 1] - from;
    for (std::size_t others = 1; others < width && others <= partners; ++others) {
      best_pairs_[a * width + others] = best_pairs_[a * width + others - 1] + partners_[from + others - 1].value;
    }
  }
}

/// Groups of one size in children and one number of families k, for which q = k - 1 times the
/// reduced value is a sum of whole numbers: q for each family's own part, and twice each pair.
class PricingSearch {
 public:
  PricingSearch(const RunPricing& run, const RunPricing::Question& question, RunPricing::Answer& answer)
      : run_(run), question_(question), answer_(answer) {
    answer_.bounds = question.above;
    chosen_.reserve(run.members_.size());
    marks_.assign(run.members_.size(), 0);
    find_cuts();
  }

  void search_all() {
    for (std::int64_t size = run_.most_children_; size >= run_.fewest_children_; --size) {
      if (!run_.has_size(size)) continue;
      size_ = size;
      find_eligible();
      const auto most = std::min(size, static_cast<std::int64_t>(eligible_.size()));
      for (auto families = most; families >= run_.minimum_families_; --families) search(families);
    }
  }

 private:
  using At = std::uint32_t;
  struct Open {
    std::int64_t key;    // gain, and the best it can have with those who come
    std::int64_t gain;   // what it adds to the score with those who are in
    std::int64_t later;  // the best it can have with one fewer of those who come
    At member;
  };
  struct HeldCut {
    std::int64_t price;
    int in = 0;  // how many of its things are in the group
    std::array<At, 3> members{};
    int count = 0;
  };

  void find_cuts() {
    const auto family_count = run_.index_.family_count();
    cuts_of_.resize(run_.members_.size());
    for (const auto& cut : question_.prices->cuts) {
      if (cut.price <= 0) continue;
      HeldCut held{cut.price, 0, {}, 0};
      for (const auto thing : cut.things) {
        if (thing >= family_count) {
          held.in += thing - family_count == run_.run_ ? 1 : 0;
          continue;
        }
        const auto member = run_.member_of(thing);
        if (member == run_.members_.size() || run_.members_[member].family != thing) continue;
        held.members[static_cast<std::size_t>(held.count++)] = member;
      }
      if (held.in + held.count < 2) continue;
      for (int at = 0; at < held.count; ++at) {
        cuts_of_[held.members[static_cast<std::size_t>(at)]].push_back(static_cast<At>(cuts_.size()));
      }
      cuts_.push_back(held);
    }
  }

  void find_eligible() {
    eligible_.clear();
    own_.assign(run_.members_.size(), 0);
    const auto size = static_cast<std::size_t>(size_);
    for (At at = 0; at < run_.members_.size(); ++at) {
      if (!run_.may_be(size, at)) continue;
      if (question_.allowed && !(*question_.allowed)[run_.members_[at].family]) continue;
      own_[at] = run_.own(size, at) - question_.prices->families[run_.members_[at].family];
      eligible_.push_back(at);
    }
  }

  void search(std::int64_t families) {
    families_ = families;
    pairs_with_ = std::max<std::int64_t>(1, families - 1);
    set_floor();
    open_.resize(static_cast<std::size_t>(families_) + 1);
    auto& root = open_[0];
    root.clear();
    for (const auto at : eligible_) {
      if (run_.members_[at].children > size_ - families_ + 1) continue;
      root.push_back({0, pairs_with_ * own_[at] - half_prices(at), run_.best_pairs(at, families_ - 1), at});
    }
    if (static_cast<std::int64_t>(root.size()) < families_) return;
    const auto extra = weigh_children(root);
    cut_off_ = std::numeric_limits<std::int64_t>::min();
    branch(0, -extra, size_);
    if (cut_off_ != std::numeric_limits<std::int64_t>::min()) {
      auto& bound = answer_.bounds[static_cast<std::size_t>(size_)];
      bound = std::max(bound, floor_division(cut_off_, pairs_with_));
      answer_.is_exact = false;
    }
  }

  /// Scores from here on are of interest.
  void set_floor() {
    const auto at = static_cast<std::size_t>(size_);
    auto above = question_.everything ? question_.above[at] : answer_.bounds[at];
    if (question_.best_size_only) above = std::max(above, best_);
    floor_ = pairs_with_ * (above + 1);
  }

  /// So many families with so many children: what each child but a family's first is worth is taken from the whole and given
  /// to the families that have it, which changes no group's score, but the bound of those that have too many or too few.
  /// Answers what is to be taken.
  std::int64_t weigh_children(std::vector<Open>& root) {
    const auto surplus = size_ - families_;
    if (surplus == 0) return 0;
    for (auto& one : root) one.key = one.gain + one.later;
    std::int64_t worth = 0, step = pairs_with_ * widest_step;
    for (int round = 0; round < most_steps; ++round, step /= 2) {
      const auto better = [&](const Open& a, const Open& b) {
        const auto x = a.key + worth * extra_children(a), y = b.key + worth * extra_children(b);
        return x != y ? x > y : a.member < b.member;
      };
      std::nth_element(root.begin(), root.begin() + families_ - 1, root.end(), better);
      std::int64_t has = 0;
      for (std::int64_t at = 0; at < families_; ++at) has += extra_children(root[static_cast<std::size_t>(at)]);
      if (has == surplus) break;
      worth += has < surplus ? step : -step;
    }
    for (auto& one : root) one.gain += worth * extra_children(one);
    return worth * surplus;
  }
  [[nodiscard]] std::int64_t extra_children(const Open& one) const { return run_.members_[one.member].children - 1; }

  /// For each the sum of its best pairs with `others` of the open ones, to `key`, and with one fewer, to `later`.
  void find_pairs(std::vector<Open>& open, std::size_t others) {
    ++mark_;
    for (const auto& one : open) marks_[one.member] = mark_;
    for (auto& one : open) {
      const auto end = run_.first_partner_[one.member + 1];
      std::int64_t sum = 0, last = 0;
      std::size_t count = 0;
      for (auto at = run_.first_partner_[one.member]; at < end && count < others; ++at) {
        const auto& partner = run_.partners_[at];
        // Without branches: which partners are open cannot be foretold.
        const bool is_open = marks_[partner.member] == mark_;
        last = is_open ? partner.value : last;
        sum += is_open ? partner.value : 0;
        count += is_open ? 1 : 0;
      }
      one.key = count == others ? one.gain + sum : impossible;
      one.later = count == others ? sum - last : count + 1 == others ? sum : impossible;
    }
  }

  /// Half the prices of the cuts of which one thing is in: a second one pays the other half when it
  /// comes. Both others pay half until then, so that what is left is never taken for too little.
  [[nodiscard]] std::int64_t half_prices(At member) const {
    std::int64_t sum = 0;
    for (const auto at : cuts_of_[member]) sum += cuts_[at].in == 1 ? cuts_[at].price / 2 : 0;
    return sum * pairs_with_;
  }

  void branch(std::size_t depth, std::int64_t score, std::int64_t children_left) {
    const auto needed = static_cast<std::size_t>(families_) - depth;
    auto& open = open_[depth];
    if (needed == 1) return finish(open, score, children_left);
    const auto most = children_left - static_cast<std::int64_t>(needed) + 1;
    std::erase_if(open, [&](const Open& one) { return run_.members_[one.member].children > most; });
    if (open.size() < needed) return;
    // What was found a level above bounds this one, too; only what passes that is looked at more closely.
    for (auto& one : open) one.key = one.gain + one.later;
    if (!drop_hopeless(open, needed, score)) return;
    do {
      find_pairs(open, needed - 1);
      const auto before = open.size();
      if (!drop_hopeless(open, needed, score)) return;
      if (open.size() == before) break;
    } while (needed > 2);
    std::sort(open.begin(), open.end(), [](const Open& a, const Open& b) {
      return a.key != b.key ? a.key > b.key : a.member < b.member;
    });
    std::int64_t sum = score;
    for (std::size_t at = 0; at < needed; ++at) sum += open[at].key;
    for (std::size_t at = 0; at + needed <= open.size(); ++at) {
      if (at > 0) sum += open[at + needed - 1].key - open[at - 1].key;
      if (sum < floor_) return;
      if (answer_.nodes >= question_.nodes || answer_.columns.size() >= question_.columns) {
        cut_off_ = std::max(cut_off_, sum);
        return;
      }
      ++answer_.nodes;
      descend(depth, at, score, children_left);
    }
  }

  /// Takes out who is in no group of interest, as far as the keys tell; false if nobody can be.
  bool drop_hopeless(std::vector<Open>& open, std::size_t needed, std::int64_t score) {
    if (open.size() < needed) return false;
    best_keys_.assign(needed, std::numeric_limits<std::int64_t>::min());  // falling
    for (const auto& one : open) {
      if (one.key <= best_keys_[needed - 1]) continue;
      auto at = needed - 1;
      for (; at > 0 && best_keys_[at - 1] < one.key; --at) best_keys_[at] = best_keys_[at - 1];
      best_keys_[at] = one.key;
    }
    for (const auto key : best_keys_) score += key;
    if (score < floor_) return false;
    // The best group with this one: it, and the best of the others.
    const auto last = best_keys_[needed - 1];
    std::erase_if(open, [&](const Open& one) { return score - last + std::min(one.key, last) < floor_; });
    return true;
  }

  void descend(std::size_t depth, std::size_t at, std::int64_t score, std::int64_t children_left) {
    const auto& open = open_[depth];
    const auto taken = open[at];
    auto& next = open_[depth + 1];
    next.clear();
    for (auto other = at + 1; other < open.size(); ++other) {
      const auto value = run_.pair(taken.member, open[other].member);
      if (value == RunPricing::may_not_meet) continue;
      next.push_back({0, open[other].gain + 2 * value, open[other].later, open[other].member});
    }
    score += taken.gain;
    if (!cuts_of_[taken.member].empty()) score -= enter_cuts(taken.member, next);
    chosen_.push_back(taken.member);
    branch(depth + 1, score, children_left - run_.members_[taken.member].children);
    chosen_.pop_back();
    for (const auto cut : cuts_of_[taken.member]) --cuts_[cut].in;
  }

  std::int64_t enter_cuts(At member, std::vector<Open>& others) {
    std::int64_t to_pay = 0;
    for (const auto at : cuts_of_[member]) {
      auto& cut = cuts_[at];
      const auto half = pairs_with_ * (cut.price / 2);
      if (cut.in <= 1) {
        for (auto& other : others) {
          if (std::find(cut.members.begin(), cut.members.begin() + cut.count, other.member) ==
              cut.members.begin() + cut.count) continue;
          other.gain += cut.in == 1 ? half : -half;
        }
      }
      to_pay += cut.in == 1 ? half : 0;
      ++cut.in;
    }
    return to_pay;
  }

  void finish(std::vector<Open>& open, std::int64_t score, std::int64_t children_left) {
    for (const auto& one : open) {
      if (run_.members_[one.member].children != children_left) continue;
      auto whole = score + one.gain;
      if (!cuts_of_[one.member].empty()) whole -= half_prices(one.member);
      if (whole < floor_) continue;
      if (answer_.columns.size() >= question_.columns) {
        cut_off_ = std::max(cut_off_, whole);
        continue;
      }
      record(one.member, whole);
    }
  }

  void record(At last, std::int64_t score) {
    chosen_.push_back(last);
    Column column{run_.run_, size_, 0, {}};
    std::int64_t pairs = 0;
    for (std::size_t at = 0; at < chosen_.size(); ++at) {
      const auto& member = run_.members_[chosen_[at]];
      column.value += run_.own(static_cast<std::size_t>(size_), chosen_[at]);
      column.families.push_back(member.family);
      for (std::size_t other = 0; other < at; ++other) pairs += run_.pair(chosen_[at], chosen_[other]);
    }
    if (chosen_.size() > 1) column.value += 2 * pairs / pairs_with_;
    std::sort(column.families.begin(), column.families.end());
    answer_.columns.push_back(std::move(column));
    chosen_.pop_back();
    auto& bound = answer_.bounds[static_cast<std::size_t>(size_)];
    bound = std::max(bound, floor_division(score, pairs_with_));
    best_ = std::max(best_, bound);
    set_floor();
  }

  static constexpr std::int64_t impossible = RunPricing::impossible;
  /// How far one more child may be weighed, and how finely.
  static constexpr std::int64_t widest_step = 100'000;
  static constexpr int most_steps = 12;

  const RunPricing& run_;
  const RunPricing::Question& question_;
  RunPricing::Answer& answer_;
  std::vector<HeldCut> cuts_;
  std::vector<std::vector<At>> cuts_of_;  // by member
  std::int64_t size_ = 0, families_ = 0, pairs_with_ = 1, floor_ = 0, cut_off_ = 0;
  std::int64_t best_ = 0;  // of all sizes
  std::vector<At> eligible_, chosen_;
  std::vector<std::int64_t> own_, best_keys_;
  std::vector<std::uint32_t> marks_;  // by member: when it was last among the open ones
  std::uint32_t mark_ = 0;
  std::vector<std::vector<Open>> open_;
};

std::uint32_t RunPricing::member_of(FamilyAt family) const {
  const auto found = std::lower_bound(members_.begin(), members_.end(), family,
                                      [](const Member& member, FamilyAt at) { return member.family < at; });
  return static_cast<std::uint32_t>(found - members_.begin());
}

std::vector<FamilyAt> RunPricing::families() const {
  std::vector<FamilyAt> families;
  for (const auto& member : members_) families.push_back(member.family);
  return families;
}

std::vector<RunPricing::Limit> RunPricing::limits() const {
  std::vector<Limit> limits;
  const auto add = [&](std::int64_t most, const auto& of_size) {
    auto& limit = limits.emplace_back(Limit{most, std::vector<std::int64_t>(has_size_.size(), 0)});
    for (std::int64_t size = 0; size <= most_children_; ++size) {
      if (has_size(size)) limit.of_size[static_cast<std::size_t>(size)] = of_size(size);
    }
  };
  const auto places = index_.places_left(run_);
  add(most_groups_, [](std::int64_t) { return std::int64_t{1}; });
  if (most_groups_ > 1) add(places, [](std::int64_t size) { return size; });
  // The places times (most + 1) / (places + 1), rounded down on both sides.
  for (std::int64_t most = 1; most < most_groups_; ++most) {
    add(most, [&](std::int64_t size) { return size * (most + 1) / (places + 1); });
  }
  return limits;
}

bool uses_two(const Column& column, const Cut& cut, std::size_t family_count) {
  int used = 0;
  for (const auto thing : cut.things) {
    used += thing >= family_count ? thing - family_count == column.run
                                  : std::binary_search(column.families.begin(), column.families.end(), thing);
  }
  return used >= 2;
}

std::vector<std::uint32_t> things_of(const Column& column, std::uint32_t family_count, const RunPricing& run) {
  std::vector<std::uint32_t> things(column.families.begin(), column.families.end());
  if (run.most_groups() == 1) things.push_back(family_count + column.run);
  return things;
}

RunPricing::Answer RunPricing::price(const Question& question) const {
  Answer answer;
  if (!can_have_groups()) {
    answer.bounds = question.above;
    return answer;
  }
  PricingSearch(*this, question, answer).search_all();
  return answer;
}

}  // namespace cp::matching
