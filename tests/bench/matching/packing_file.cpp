#include "tests/bench/matching/packing_file.hpp"

#include "matching/engine/random.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace cp::matching::bench {
namespace {

/// Whole numbers apart by white space.
class Numbers {
 public:
  explicit Numbers(std::string_view text) : text_(text) { skip(); }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  Result<std::int64_t> next(std::int64_t least, std::int64_t most, std::string_view what) {
    if (at_end()) return invalid("ends-early", "The file ends before " + std::string(what) + ".");
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    ++count_;
    const auto here = "Number " + std::to_string(count_) + ", " + std::string(what) + ", ";
    const auto stop = static_cast<std::size_t>(end - text_.data());
    if (error == std::errc::result_out_of_range) return invalid("too-large", here + "is too large.");
    if (error != std::errc{} || (stop < text_.size() && !is_space(text_[stop]))) return invalid("not-a-number", here + "is no whole number.");
    if (value < least || value > most) {
      return invalid("too-large", here + "is not from " + std::to_string(least) + " to " + std::to_string(most) + ".");
    }
    at_ = stop;
    skip();
    return value;
  }

 private:
  static bool is_space(char one) { return one == ' ' || one == '\n' || one == '\r' || one == '\t'; }
  void skip() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  std::string_view text_;
  std::size_t at_ = 0, count_ = 0;
};

using Lists = std::vector<std::vector<std::uint32_t>>;

/// Lists up to the end of the file; no more than the larger of the two numbers.
Result<Lists> read_lists(Numbers& numbers, std::int64_t items, std::int64_t sets) {
  Lists lists;
  const auto most = std::max(items, sets);
  std::int64_t uses = 0;
  while (!numbers.at_end()) {
    if (static_cast<std::int64_t>(lists.size()) == most) return invalid("too-long", "There are more lists than sets or items.");
    const auto size = numbers.next(0, most, "the size of a list");
    if (!size) return size.error();
    if ((uses += *size) > most_uses) return invalid("too-long", "The lists have more than " + std::to_string(most_uses) + " numbers.");
    auto& list = lists.emplace_back();
    for (std::int64_t at = 0; at < *size; ++at) {
      const auto one = numbers.next(1, most, "what a list has");
      if (!one) return one.error();
      list.push_back(static_cast<std::uint32_t>(*one - 1));
    }
    std::sort(list.begin(), list.end());
    if (std::adjacent_find(list.begin(), list.end()) != list.end()) {
      return invalid("item-twice", "List " + std::to_string(lists.size()) + " has something twice.");
    }
  }
  return lists;
}

Result<Done> put_in(Packing& packing, const Lists& lists, bool by_item) {
  const auto most = by_item ? packing.sets.size() : packing.capacities.size();
  for (std::uint32_t at = 0; at < lists.size(); ++at) {
    for (const auto one : lists[at]) {
      if (one >= most) {
        return invalid("unknown-item", "List " + std::to_string(at + 1) + " has " + std::to_string(one + 1) + ", and there are only " +
                                         std::to_string(most) + ".");
      }
      packing.sets[by_item ? one : at].uses.push_back({by_item ? at : one, 1});
    }
  }
  return Done{};
}

}  // namespace

Result<Packing> read_packing(std::string_view text) {
  Numbers numbers(text);
  const auto items = numbers.next(1, most_items, "the number of items");
  if (!items) return items.error();
  const auto sets = numbers.next(1, most_sets, "the number of sets");
  if (!sets) return sets.error();
  Packing packing;
  packing.capacities.assign(static_cast<std::size_t>(*items), 1);
  for (std::int64_t set = 0; set < *sets; ++set) {
    const auto weight = numbers.next(0, most_weight, "the weight of a set");
    if (!weight) return weight.error();
    packing.sets.push_back({*weight, {}});
  }
  const auto lists = read_lists(numbers, *items, *sets);
  if (!lists) return lists.error();
  const auto count = static_cast<std::int64_t>(lists->size());
  if (count != *sets && count != *items) {
    return invalid("ends-early", "There are " + std::to_string(count) + " lists, and neither so many sets nor so many items.");
  }
  const auto put = put_in(packing, *lists, count != *sets);
  if (!put) return put.error();
  return packing;
}

void write_packing(std::ostream& to, const Packing& packing) {
  to << packing.capacities.size() << ' ' << packing.sets.size() << '\n';
  for (std::size_t at = 0; at < packing.sets.size(); ++at) to << packing.sets[at].weight << (at % 20 == 19 ? '\n' : ' ');
  to << '\n';
  for (const auto& set : packing.sets) {
    to << set.uses.size();
    for (const auto& use : set.uses) to << ' ' << use.item + 1;
    to << '\n';
  }
}

Packing generate_packing(const PackingShape& shape) {
  Random random(shape.seed);
  Packing packing;
  packing.capacities.assign(static_cast<std::size_t>(shape.items), 1);
  for (std::int64_t set = 0; set < shape.sets; ++set) {
    packing.sets.push_back({1 + static_cast<std::int64_t>(random.below(static_cast<std::size_t>(shape.most_weight))), {}});
  }
  for (std::uint32_t item = 0; item < shape.items; ++item) {
    std::vector<bool> has(packing.sets.size());
    std::size_t count = 0;
    for (std::size_t set = 0; set < has.size(); ++set) {
      has[set] = random.part() < shape.density;
      count += has[set] ? 1 : 0;
    }
    // An item of one set parts nothing.
    while (count < std::min<std::size_t>(2, has.size())) {
      const auto set = random.below(has.size());
      count += has[set] ? 0 : 1;
      has[set] = true;
    }
    for (std::size_t set = 0; set < has.size(); ++set) {
      if (has[set]) packing.sets[set].uses.push_back({item, 1});
    }
  }
  return packing;
}

}  // namespace cp::matching::bench
