#include "matching/what_if.hpp"

#include "matching/engine/rules.hpp"

#include <algorithm>
#include <cmath>

namespace cp::matching {
namespace {

std::string pointer_to(std::size_t at, std::string_view field) {
  return "/changes/" + std::to_string(at) + "/" + std::string(field);
}

Family* find_family(Instance& instance, const Id<"family">& id) {
  for (auto& family : instance.families) {
    if (family.id == id.text()) return &family;
  }
  return nullptr;
}

struct RunOfOffer {
  const Offer* offer = nullptr;
  const Run* run = nullptr;
};
std::optional<RunOfOffer> find_run(const Instance& instance, const std::string& id) {
  for (const auto& offer : instance.offers) {
    for (const auto& run : offer.runs) {
      if (run.id == id) return RunOfOffer{&offer, &run};
    }
  }
  return std::nullopt;
}

const std::string* run_of(std::span<const StandingGroup> standing, const Id<"family">& family) {
  for (const auto& group : standing) {
    if (std::find(group.families.begin(), group.families.end(), family.text()) != group.families.end()) return &group.run;
  }
  return nullptr;
}

/// Exactly the fields that a change of this kind needs.
Result<Done> check_fields(const Change& change, std::size_t at) {
  const bool of_run = change.kind == ChangeKind::pin || change.kind == ChangeKind::forbid;
  if (of_run != change.run.has_value()) {
    return invalid_field(pointer_to(at, "run"), of_run ? "Name the run." : "Only pin and forbid take a run.");
  }
  const bool swap = change.kind == ChangeKind::swap;
  if (swap != change.other.has_value()) {
    return invalid_field(pointer_to(at, "other"), swap ? "Name the other family." : "Only swap takes another family.");
  }
  if (swap && *change.other == change.family) {
    return invalid_field(pointer_to(at, "other"), "Choose two different families.");
  }
  return Done{};
}

Result<Done> pin(Family& family, const RunOfOffer& place) {
  std::erase(family.forbidden, place.run->id);
  if (const auto broken = first_broken(family, *place.offer, *place.run)) {
    const auto why = refusal(*broken, family, *place.offer, *place.run);
    auto error = conflict("family-cannot-join", "This family cannot be in this run. " + why.text);
    return std::move(error).with("family", family.id).with("rule", std::string(name(*broken)))
        .with("what_would_help", why.what_would_help);
  }
  family.pinned.push_back(place.run->id);
  return Done{};
}

}  // namespace

Result<std::vector<Change>> work_out(std::span<const Change> changes, std::span<const StandingGroup> standing) {
  std::vector<Change> worked_out;
  for (std::size_t at = 0; at < changes.size(); ++at) {
    const auto& change = changes[at];
    CP_TRY(check_fields(change, at));
    if (change.kind != ChangeKind::swap) {
      worked_out.push_back(change);
      continue;
    }
    const auto* here = run_of(standing, change.family);
    const auto* there = run_of(standing, *change.other);
    if (!here || !there || *here == *there) {
      return conflict("nothing-to-swap", "Only families of groups at two different times can change places. Choose two "
                                         "such families, or put one family into a group.");
    }
    worked_out.push_back({ChangeKind::swap, change.family, Id<"run">(*there), change.other});
    worked_out.push_back({ChangeKind::swap, *change.other, Id<"run">(*here), change.family});
  }
  return worked_out;
}

Result<Done> try_out(Instance& instance, std::span<const Change> changes, std::vector<StandingGroup> standing) {
  for (std::size_t at = 0; at < changes.size(); ++at) {
    const auto& change = changes[at];
    auto* family = find_family(instance, change.family);
    if (!family) {
      return invalid_field(pointer_to(at, "family"), "This family does not look for a group, or is left out already.");
    }
    if (change.kind == ChangeKind::remove) {
      std::erase_if(instance.families, [&](const Family& one) { return one.id == change.family.text(); });
      continue;
    }
    const auto place = find_run(instance, change.run->text());
    if (!place) return invalid_field(pointer_to(at, "run"), "This run is over, or not offered to your families.");
    if (change.kind == ChangeKind::forbid) {
      std::erase(family->pinned, place->run->id);
      family->forbidden.push_back(place->run->id);
    } else {
      CP_TRY(pin(*family, *place));
    }
  }
  for (auto& group : standing) {
    std::erase_if(group.families, [&](const std::string& id) { return !find_family(instance, Id<"family">(id)); });
  }
  std::erase_if(standing, [&](const StandingGroup& group) {
    return group.families.empty() || !find_run(instance, group.run);
  });
  instance.standing = std::move(standing);
  return Done{};
}

Result<Done> check_pins(const Proposal& proposal) {
  if (proposal.pins_missed.empty()) return Done{};
  const auto& missed = proposal.pins_missed.front();
  auto error = conflict("family-cannot-join", "This family cannot be in this run. " + missed.text);
  return std::move(error).with("family", missed.family).with("rule", std::string(name(missed.reason)));
}

std::int64_t plain_score(const Group& group, const Weights& weights) {
  const auto credits = static_cast<double>(weights.kept) * group.terms.kept +
                       static_cast<double>(weights.pinned) * group.terms.pinned;
  return group.score - std::llround(1'000.0 * static_cast<double>(group.families.size()) * credits);
}

}  // namespace cp::matching
