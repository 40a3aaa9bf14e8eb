#include "matching/engine/greedy.hpp"

#include "matching/engine/placing.hpp"

#include <algorithm>
#include <vector>

namespace cp::matching {
namespace {

/// Looking at more runs for each family takes longer than rebuilding takes to find as much.
constexpr std::size_t most_openings = 2;

/// Regret is what a family loses if it does not get the best of its runs but the second best; a
/// family with one run only loses it all. Those who lose most choose first.
std::vector<FamilyAt> families_by_regret(Work& work) {
  struct Row {
    FamilyAt family;
    std::int64_t regret;
    std::size_t options;
  };
  std::vector<Row> rows;
  for (FamilyAt family = 0; family < work.index.family_count(); ++family) {
    const auto options = work.index.options(family);
    if (options.empty()) continue;
    rows.push_back({family, options[0].own - (options.size() > 1 ? options[1].own : 0), options.size()});
  }
  // Equals stand in an order of the seed's making.
  work.random.shuffle(rows);
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.regret != b.regret ? a.regret > b.regret : a.options < b.options;
  });
  std::vector<FamilyAt> families;
  for (const auto& row : rows) families.push_back(row.family);
  return families;
}

}  // namespace

void place_by_regret(Work& work) {
  Placing placing(work);
  placing.set_most_openings(most_openings);
  const auto families = families_by_regret(work);
  for (std::int64_t round = 0; round < work.index.policy().groups_per_family; ++round) {
    bool placed = false;
    for (const auto family : families) {
      if (work.budget.is_spent()) return;
      if (static_cast<std::int64_t>(work.now.groups_of(family).size()) > round || !work.now.is_free(family)) continue;
      placed |= placing.place(family);
      work.now.keep();
    }
    if (!placed) return;
  }
}

}  // namespace cp::matching
