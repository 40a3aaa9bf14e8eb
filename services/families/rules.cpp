#include "services/families/rules.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace cp::families {
namespace {

using Fields = std::vector<FieldError>;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

std::string tidy(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

std::string item(std::string_view list, std::size_t at, std::string_view field = {}) {
  std::string pointer;
  pointer.append("/").append(list).append("/").append(std::to_string(at)).append(field);
  return pointer;
}

Result<Done> outcome(Fields fields) {
  if (fields.empty()) return Done{};
  Error error = invalid("invalid-fields", "Some fields need to be put right.");
  error.fields = std::move(fields);
  return error;
}

void tidy_line(std::string& text, const std::string& pointer, Fields& errors) {
  text = tidy(text);
  if (text.empty()) {
    errors.push_back({pointer, "This may not be empty."});
  } else if (std::any_of(text.begin(), text.end(), is_control)) {
    errors.push_back({pointer, "Write this on one line, without control characters."});
  }
}

void check_birth(Month born, Date today, const std::string& pointer, Fields& errors) {
  if (born > Month(today.year(), today.month())) {
    errors.push_back({pointer, "This month has not come yet."});
  } else if (age_years(born, today) > oldest_years) {
    errors.push_back({pointer, "Short breaks here are for those up to " + std::to_string(oldest_years) + "."});
  }
}

/// In the vocabulary's order, each once.
template <class Listed>
std::vector<Listed> in_order(const std::vector<Listed>& set) {
  return catalogue::from_mask<Listed>(catalogue::to_mask(set));
}

bool has_child(const std::optional<Family>& family, const Id<"child">& id) {
  return family && std::any_of(family->children.begin(), family->children.end(),
                               [&](const Child& child) { return child.id == id; });
}

void tidy_children(const std::optional<Family>& before, Family& wanted,
                   const std::vector<Id<"child">>& fresh_ids, Date today, Fields& errors) {
  for (std::size_t at = 0; at < wanted.children.size(); ++at) {
    auto& child = wanted.children[at];
    tidy_line(child.nickname, item("children", at, "/nickname"), errors);
    check_birth(child.birth_month, today, item("children", at, "/birth_month"), errors);
    child.needs = in_order(child.needs);
    child.behaviours = in_order(child.behaviours);
    if (child.id.empty()) {
      child.id = fresh_ids.at(at);
      continue;
    }
    const auto end = wanted.children.begin() + static_cast<std::ptrdiff_t>(at);
    const bool twice = std::any_of(wanted.children.begin(), end,
                                   [&](const Child& other) { return other.id == child.id; });
    if (twice || !has_child(before, child.id)) {
      errors.push_back({item("children", at, "/id"),
                        "This is no child of the family; leave the id out to add one."});
    }
  }
}

void tidy_interests(Family& wanted, Fields& errors) {
  auto& interests = wanted.interests;
  for (std::size_t at = 0; at < interests.size(); ++at) {
    const auto pointer = item("interests", at, "/activity_type");
    tidy_line(interests[at].activity_type, pointer, errors);
    const auto end = interests.begin() + static_cast<std::ptrdiff_t>(at);
    const bool twice = std::any_of(interests.begin(), end, [&](const Interest& other) {
      return other.activity_type == interests[at].activity_type;
    });
    if (twice) errors.push_back({pointer, "This is in the list already; keep one of them."});
  }
}

void check_slots(const std::vector<Slot>& slots, Fields& errors) {
  for (std::size_t at = 0; at < slots.size(); ++at) {
    if (slots[at].from_minute < slots[at].to_minute) continue;
    errors.push_back({item("slots", at, "/to_minute"), "A time has to end after it begins."});
  }
}

void check_others(const Family& wanted, std::string_view list, const std::vector<Id<"family">>& others,
                  Fields& errors) {
  for (std::size_t at = 0; at < others.size(); ++at) {
    const auto end = others.begin() + static_cast<std::ptrdiff_t>(at);
    if (others[at] == wanted.id) {
      errors.push_back({item(list, at), "This is the family itself."});
    } else if (std::find(others.begin(), end, others[at]) != end) {
      errors.push_back({item(list, at), "This family is in the list already."});
    }
  }
}

void check_both(const Family& wanted, Fields& errors) {
  for (std::size_t at = 0; at < wanted.not_with.size(); ++at) {
    const auto& other = wanted.not_with[at];
    if (std::find(wanted.with.begin(), wanted.with.end(), other) == wanted.with.end()) continue;
    errors.push_back({item("not_with", at), "The family is also among those to be with; choose one."});
  }
}

}  // namespace

std::int64_t age_years(Month born, Date today) {
  const auto years = static_cast<int>(today.year()) - static_cast<int>(born.year());
  return today.month() < born.month() ? years - 1 : years;
}

AgeBand age_band(std::int64_t years) {
  if (years <= 5) return AgeBand::to_5;
  if (years <= 13) return AgeBand::to_13;
  if (years <= 15) return AgeBand::to_15;
  return AgeBand::from_16;
}

std::vector<Slot> joined(std::vector<Slot> slots) {
  std::sort(slots.begin(), slots.end());
  std::vector<Slot> whole;
  for (const auto& slot : slots) {
    const bool touches = !whole.empty() && whole.back().weekday == slot.weekday &&
                         slot.from_minute <= whole.back().to_minute;
    if (touches) whole.back().to_minute = std::max(whole.back().to_minute, slot.to_minute);
    else whole.push_back(slot);
  }
  return whole;
}

Result<Family> write_profile(const std::optional<Family>& before, Family wanted,
                             const std::vector<Id<"child">>& fresh_ids, Date today) {
  Fields errors;
  tidy_line(wanted.known_as, "/known_as", errors);
  tidy_children(before, wanted, fresh_ids, today, errors);
  if (wanted.place.empty()) {
    errors.push_back({"/place", "Use the first half of a postcode that is in the list of places, such as "
                                "M33. The second half is not needed, and not kept."});
  }
  check_slots(wanted.slots, errors);
  tidy_interests(wanted, errors);
  check_others(wanted, "with", wanted.with, errors);
  check_others(wanted, "not_with", wanted.not_with, errors);
  check_both(wanted, errors);
  if (wanted.needs_shared_language && wanted.languages.empty()) {
    errors.push_back({"/languages", "Say which languages you speak or sign, so that one can be shared."});
  }
  CP_TRY(outcome(std::move(errors)));
  wanted.slots = joined(std::move(wanted.slots));
  wanted.languages = in_order(wanted.languages);
  wanted.not_with_behaviours = in_order(wanted.not_with_behaviours);
  if (!wanted.looking) wanted.looking_since.reset();
  else if (before && before->looking_since) wanted.looking_since = before->looking_since;
  std::sort(wanted.with.begin(), wanted.with.end());
  std::sort(wanted.not_with.begin(), wanted.not_with.end());
  if (before) {
    wanted.created = before->created;
    wanted.version = before->version;
  }
  return wanted;
}

Result<Done> check_wishes(const Family& family, const std::vector<Id<"family">>& known) {
  Fields errors;
  const auto check = [&](std::string_view list, const std::vector<Id<"family">>& others) {
    for (std::size_t at = 0; at < others.size(); ++at) {
      if (std::find(known.begin(), known.end(), others[at]) != known.end()) continue;
      errors.push_back({item(list, at), "There is no such family in this authority."});
    }
  };
  check("with", family.with);
  check("not_with", family.not_with);
  return outcome(std::move(errors));
}

}  // namespace cp::families
