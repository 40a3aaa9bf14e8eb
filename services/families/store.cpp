#include "services/families/store.hpp"

#include <map>

namespace cp::families::store {
namespace {

constexpr std::string_view family_columns =
    "f.id, f.authority, f.known_as, f.place, f.max_miles, f.mixing, f.looking, f.created, f.version, f.languages, "
    "f.needs_shared_language, f.not_with_behaviours, f.wished_groups, f.looking_since";

Family read_family(const db::Row& row) {
  Family family;
  family.id = row.id<"family">(0);
  family.authority = row.id<"authority">(1);
  family.known_as = row.string(2);
  family.place = row.string(3);
  family.max_miles = row.integer(4);
  family.mixing = row.named<Mixing>(5);
  family.looking = row.boolean(6);
  family.created = row.timestamp(7);
  family.version = row.integer(8);
  family.languages = catalogue::from_mask<Language>(row.integer(9));
  family.needs_shared_language = row.boolean(10);
  family.not_with_behaviours = catalogue::from_mask<Behaviour>(row.integer(11));
  family.wished_groups = row.maybe(12, &db::Row::integer);
  family.looking_since = row.maybe(13, &db::Row::timestamp);
  return family;
}

/// Reads what belongs to `families`. `scope` says, in the words of SQL, which rows `d.family`
/// may name; rows of other families are passed over.
void read_details(db::Tx& tx, std::vector<Family>& families, const std::string& scope, db::Params params) {
  std::map<std::string, Family*, std::less<>> by_id;
  for (auto& family : families) by_id.emplace(family.id.text(), &family);
  const auto each = [&](std::string_view columns, std::string_view table, std::string_view order,
                        const auto& add) {
    const auto sql = "SELECT d.family, " + std::string(columns) + " FROM " + std::string(table) +
                     " d WHERE " + scope + " ORDER BY d.family, " + std::string(order);
    tx.run(sql, params, [&](const db::Row& row) {
      const auto found = by_id.find(row.text(0));
      if (found != by_id.end()) add(*found->second, row);
    });
  };
  each("d.id, d.nickname, d.birth_month, d.needs, d.support_adults, d.support_children, d.wheelchair, d.behaviours",
       "families_children", "d.position", [](Family& family, const db::Row& row) {
         family.children.push_back({row.id<"child">(1), row.string(2), row.month(3),
                                    catalogue::from_mask(row.integer(4)), row.integer(5), row.integer(6),
                                    row.boolean(7), catalogue::from_mask<Behaviour>(row.integer(8))});
       });
  each("d.weekday, d.from_minute, d.to_minute", "families_slots", "d.weekday, d.from_minute",
       [](Family& family, const db::Row& row) {
         family.slots.push_back({row.integer(1), row.integer(2), row.integer(3)});
       });
  each("d.activity_type, d.weight", "families_interests", "d.position",
       [](Family& family, const db::Row& row) {
         family.interests.push_back({row.string(1), row.integer(2)});
       });
  each("d.other, d.together", "families_wishes", "d.other", [](Family& family, const db::Row& row) {
    (row.boolean(2) ? family.with : family.not_with).push_back(row.id<"family">(1));
  });
}

void put_wishes(db::Tx& tx, const Id<"family">& id, const std::vector<Id<"family">>& others, bool together) {
  for (const auto& other : others) {
    tx.execute("INSERT INTO families_wishes (family, other, together) VALUES ($1, $2, $3)",
               {id, other, together});
  }
}

void put_details(db::Tx& tx, const Family& family) {
  std::int64_t position = 0;
  for (const auto& child : family.children) {
    const auto birth_month = to_text(child.birth_month);
    tx.execute(
        "INSERT INTO families_children (id, family, position, nickname, birth_month, needs, "
        "support_adults, support_children, wheelchair, behaviours) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        {child.id, family.id, position++, child.nickname, birth_month, catalogue::to_mask(child.needs),
         child.support_adults, child.support_children, child.wheelchair, catalogue::to_mask(child.behaviours)});
  }
  for (const auto& slot : family.slots) {
    tx.execute(
        "INSERT INTO families_slots (family, weekday, from_minute, to_minute) VALUES ($1, $2, $3, $4)",
        {family.id, slot.weekday, slot.from_minute, slot.to_minute});
  }
  position = 0;
  for (const auto& interest : family.interests) {
    tx.execute(
        "INSERT INTO families_interests (family, position, activity_type, weight) "
        "VALUES ($1, $2, $3, $4)",
        {family.id, position++, interest.activity_type, interest.weight});
  }
  put_wishes(tx, family.id, family.with, true);
  put_wishes(tx, family.id, family.not_with, false);
}

/// The families of a filter as a condition on `f`; the parameters refer to the filter.
struct Condition {
  std::string text = " WHERE f.authority = $1 AND f.id > $2";
  std::vector<db::Param> params;

  explicit Condition(const Filter& filter) : params{filter.authority, filter.after} {
    if (filter.looking) {
      params.emplace_back(*filter.looking);
      text += " AND f.looking = $3";
    }
    params.emplace_back(filter.limit);
    text += " ORDER BY f.id LIMIT $" + std::to_string(params.size());
  }
};

}  // namespace

bool insert(db::Tx& tx, const Family& family) {
  const auto written = tx.execute(
      "INSERT INTO families_families (id, authority, known_as, place, max_miles, mixing, looking, "
      "created, version, languages, needs_shared_language, not_with_behaviours, wished_groups, looking_since) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (id) DO NOTHING",
      {family.id, family.authority, family.known_as, family.place, family.max_miles, family.mixing,
       family.looking, family.created, family.version, catalogue::to_mask(family.languages),
       family.needs_shared_language, catalogue::to_mask(family.not_with_behaviours), family.wished_groups,
       family.looking_since});
  if (written == 0) return false;
  put_details(tx, family);
  return true;
}

std::optional<Family> find(db::Tx& tx, const Id<"family">& id) {
  auto found = tx.all("SELECT " + std::string(family_columns) + " FROM families_families f WHERE f.id = $1",
                      {id}, read_family);
  if (found.empty()) return std::nullopt;
  const db::Param param(id);
  read_details(tx, found, "d.family = $1", db::Params(&param, 1));
  return std::move(found.front());
}

bool update(db::Tx& tx, Family& family) {
  const auto changed = tx.execute(
      "UPDATE families_families SET known_as = $3, place = $4, max_miles = $5, mixing = $6, "
      "looking = $7, languages = $8, needs_shared_language = $9, not_with_behaviours = $10, wished_groups = $11, "
      "looking_since = $12, version = version + 1 WHERE id = $1 AND version = $2",
      {family.id, family.version, family.known_as, family.place, family.max_miles, family.mixing,
       family.looking, catalogue::to_mask(family.languages), family.needs_shared_language,
       catalogue::to_mask(family.not_with_behaviours), family.wished_groups, family.looking_since});
  if (changed == 0) return false;
  ++family.version;
  for (const std::string_view table :
       {"families_children", "families_slots", "families_interests", "families_wishes"}) {
    tx.execute("DELETE FROM " + std::string(table) + " WHERE family = $1", {family.id});
  }
  put_details(tx, family);
  return true;
}

std::vector<Id<"family">> known_in(db::Tx& tx, const Id<"authority">& authority,
                                   const std::vector<Id<"family">>& asked) {
  std::vector<Id<"family">> known;
  for (const auto& id : asked) {
    const auto there = tx.number(
        "SELECT COUNT(*) FROM families_families WHERE id = $1 AND authority = $2", {id, authority});
    if (there != 0) known.push_back(id);
  }
  return known;
}

std::vector<Summary> summaries(db::Tx& tx, const Filter& filter) {
  const Condition condition(filter);
  return tx.all_of(
      "SELECT f.id, f.known_as, (SELECT COUNT(*) FROM families_children c WHERE c.family = f.id), "
      "f.looking, f.place FROM families_families f" +
          condition.text,
      condition.params, [](const db::Row& row) {
        return Summary{row.id<"family">(0), row.string(1), row.integer(2), row.boolean(3), row.string(4)};
      });
}

std::vector<Family> list(db::Tx& tx, const Filter& filter) {
  const Condition condition(filter);
  auto families =
      tx.all_of("SELECT " + std::string(family_columns) + " FROM families_families f" + condition.text,
                condition.params, read_family);
  read_details(tx, families, "d.family IN (SELECT f.id FROM families_families f" + condition.text + ")",
               condition.params);
  return families;
}

std::vector<Id<"authority">> looking_authorities(db::Tx& tx) {
  return tx.all("SELECT DISTINCT authority FROM families_families WHERE looking = 1 ORDER BY authority", {},
                [](const db::Row& row) { return row.id<"authority">(0); });
}

}  // namespace cp::families::store
