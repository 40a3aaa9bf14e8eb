#include "matching/store.hpp"

#include <map>

namespace cp::matching::store {
namespace {

constexpr std::string_view run_columns =
    "SELECT id, authority, created, families, offers, took_ms, activity_type, from_run, score, bound, night, "
    "rather_elsewhere FROM matching_runs ";

StoredRun read_run(const db::Row& row) {
  StoredRun run;
  run.id = row.id<"matching_run">(0);
  run.authority = row.id<"authority">(1);
  run.created = row.timestamp(2);
  run.families = row.integer(3);
  run.offers = row.integer(4);
  run.took_ms = row.integer(5);
  run.activity_type = row.maybe(6, &db::Row::string);
  if (!row.is_null(7)) run.from = row.id<"matching_run">(7);
  run.score = row.integer(8);
  run.bound = row.maybe(9, &db::Row::integer);
  run.night = row.maybe(10, &db::Row::date);
  run.rather_elsewhere = row.maybe(11, &db::Row::integer);
  return run;
}

StoredGroup read_group(const db::Row& row) {
  StoredGroup group;
  group.id = row.id<"group">(0);
  group.offer = row.id<"offer">(1);
  group.offer_title = row.string(2);
  group.run = row.id<"run">(3);
  group.weekday = row.integer(4);
  group.from_minute = row.integer(5);
  group.to_minute = row.integer(6);
  group.sessions = row.integer(7);
  group.score = row.integer(8);
  return group;
}

void insert_group(db::Tx& tx, const StoredRun& run, const StoredGroup& group, std::int64_t position) {
  tx.execute(
      "INSERT INTO matching_groups (id, matching_run, position, offer, offer_title, run, weekday, "
      "from_minute, to_minute, sessions, score) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      {group.id, run.id, position, group.offer, group.offer_title, group.run, group.weekday,
       group.from_minute, group.to_minute, group.sessions, group.score});
  for (const auto& share : group.families) {
    tx.execute(
        "INSERT INTO matching_group_families (group_id, family, children, share, alone) "
        "VALUES ($1, $2, $3, $4, $5)",
        {group.id, share.family, share.children, share.share, share.alone});
  }
  std::int64_t at = 0;
  for (const auto& reason : group.reasons) {
    tx.execute("INSERT INTO matching_group_reasons (group_id, position, text) VALUES ($1, $2, $3)",
               {group.id, at++, reason});
  }
  at = 0;
  for (const auto& term : group.terms) {
    tx.execute("INSERT INTO matching_group_terms (group_id, position, name, thousandths) VALUES ($1, $2, $3, $4)",
               {group.id, at++, term.name, term.thousandths});
  }
}

void insert_unmet(db::Tx& tx, const StoredRun& run, const StoredUnmet& unmet, std::int64_t position) {
  tx.execute(
      "INSERT INTO matching_unmet (matching_run, position, activity_type, latitude, longitude, within_miles, weekday, "
      "from_minute, to_minute, children, age_min, age_max, text) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      {run.id, position, unmet.activity_type, unmet.latitude, unmet.longitude, unmet.within_miles, unmet.weekday,
       unmet.from_minute, unmet.to_minute, unmet.children, unmet.age_min, unmet.age_max, unmet.text});
  for (const auto& family : unmet.families) {
    tx.execute("INSERT INTO matching_unmet_families (matching_run, position, family) VALUES ($1, $2, $3)",
               {run.id, position, family});
  }
}

StoredUnmet read_unmet(const db::Row& row) {
  return {row.string(0),  row.real(1),    row.real(2),    row.real(3),    row.integer(4),  row.integer(5),
          row.integer(6), row.integer(7), row.integer(8), row.integer(9), row.string(10), {}};
}

Change read_change(const db::Row& row) {
  Change change;
  change.kind = row.named<ChangeKind>(0);
  change.family = row.id<"family">(1);
  if (!row.is_null(2)) change.run = row.id<"run">(2);
  if (!row.is_null(3)) change.other = row.id<"family">(3);
  return change;
}

/// The rows of all groups of a run at once, by group.
void read_parts(db::Tx& tx, StoredRun& run) {
  std::map<std::string, StoredGroup*, std::less<>> groups;
  for (auto& group : run.groups) groups[group.id.text()] = &group;
  tx.run(
      "SELECT f.group_id, f.family, f.children, f.share, f.alone FROM matching_group_families f "
      "JOIN matching_groups g ON g.id = f.group_id WHERE g.matching_run = $1 ORDER BY f.group_id, f.family",
      std::vector<db::Param>{run.id}, [&](const db::Row& row) {
        groups.find(row.text(0))->second->families.push_back(
            {row.id<"family">(1), row.integer(2), row.money(3), row.maybe(4, &db::Row::money)});
      });
  tx.run(
      "SELECT r.group_id, r.text FROM matching_group_reasons r "
      "JOIN matching_groups g ON g.id = r.group_id WHERE g.matching_run = $1 ORDER BY r.group_id, r.position",
      std::vector<db::Param>{run.id},
      [&](const db::Row& row) { groups.find(row.text(0))->second->reasons.push_back(row.string(1)); });
  tx.run(
      "SELECT t.group_id, t.name, t.thousandths FROM matching_group_terms t "
      "JOIN matching_groups g ON g.id = t.group_id WHERE g.matching_run = $1 ORDER BY t.group_id, t.position",
      std::vector<db::Param>{run.id}, [&](const db::Row& row) {
        groups.find(row.text(0))->second->terms.push_back({row.string(1), row.integer(2)});
      });
}

}  // namespace

void insert(db::Tx& tx, const StoredRun& run) {
  tx.execute(
      "INSERT INTO matching_runs (id, authority, created, families, offers, took_ms, activity_type, from_run, score, "
      "bound, night, rather_elsewhere) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      {run.id, run.authority, run.created, run.families, run.offers, run.took_ms, run.activity_type, run.from,
       run.score, run.bound, run.night ? std::optional(to_text(*run.night)) : std::nullopt, run.rather_elsewhere});
  std::int64_t position = 0;
  for (const auto& change : run.changes) {
    tx.execute(
        "INSERT INTO matching_changes (matching_run, position, kind, family, run, other) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        {run.id, position++, change.kind, change.family, change.run, change.other});
  }
  position = 0;
  for (const auto& group : run.groups) insert_group(tx, run, group, position++);
  for (const auto& left : run.left_out) {
    tx.execute(
        "INSERT INTO matching_left_out (matching_run, family, code, text, what_would_help) "
        "VALUES ($1, $2, $3, $4, $5)",
        {run.id, left.family, left.code, left.text, left.what_would_help});
  }
  position = 0;
  for (const auto& unmet : run.unmet) insert_unmet(tx, run, unmet, position++);
}

std::optional<StoredRun> find(db::Tx& tx, const Id<"matching_run">& id) {
  auto run = tx.one(std::string(run_columns) + "WHERE id = $1", {id}, read_run);
  if (!run) return std::nullopt;
  run->groups = tx.all(
      "SELECT id, offer, offer_title, run, weekday, from_minute, to_minute, sessions, score "
      "FROM matching_groups WHERE matching_run = $1 ORDER BY position",
      {id}, read_group);
  read_parts(tx, *run);
  run->changes = tx.all("SELECT kind, family, run, other FROM matching_changes WHERE matching_run = $1 ORDER BY position",
                        {id}, read_change);
  run->left_out = tx.all(
      "SELECT family, code, text, what_would_help FROM matching_left_out WHERE matching_run = $1 ORDER BY family",
      {id}, [](const db::Row& row) {
        return StoredLeftOut{row.id<"family">(0), row.string(1), row.string(2), row.string(3)};
      });
  run->unmet = tx.all(
      "SELECT activity_type, latitude, longitude, within_miles, weekday, from_minute, to_minute, children, age_min, "
      "age_max, text FROM matching_unmet WHERE matching_run = $1 ORDER BY position",
      {id}, read_unmet);
  tx.run("SELECT position, family FROM matching_unmet_families WHERE matching_run = $1 ORDER BY position, family",
         std::vector<db::Param>{id}, [&](const db::Row& row) {
           run->unmet.at(static_cast<std::size_t>(row.integer(0))).families.push_back(row.id<"family">(1));
         });
  return run;
}

std::vector<StoredRun> list(db::Tx& tx, const Id<"authority">& authority, const std::optional<Before>& before,
                            std::int64_t limit) {
  if (!before) {
    return tx.all(std::string(run_columns) + "WHERE authority = $1 ORDER BY created DESC, id DESC LIMIT $2",
                  {authority, limit}, read_run);
  }
  return tx.all(std::string(run_columns) +
                    "WHERE authority = $1 AND (created, id) < ($2, $3) ORDER BY created DESC, id DESC LIMIT $4",
                {authority, before->created, before->id, limit}, read_run);
}

std::optional<StoredRun> newest_of(db::Tx& tx, const Id<"authority">& authority, const Id<"family">& family) {
  const auto id = tx.one(
      "SELECT r.id FROM matching_runs r WHERE r.authority = $1 AND r.created >= COALESCE((SELECT MAX(w.created) "
      "FROM matching_runs w WHERE w.authority = $1 AND w.activity_type IS NULL), 0) "
      "AND (EXISTS (SELECT 1 FROM matching_left_out l WHERE l.matching_run = r.id AND l.family = $2) "
      "OR EXISTS (SELECT 1 FROM matching_groups g JOIN matching_group_families f ON f.group_id = g.id "
      "WHERE g.matching_run = r.id AND f.family = $2)) ORDER BY r.created DESC, r.id DESC LIMIT 1",
      {authority, family}, [](const db::Row& row) { return row.id<"matching_run">(0); });
  if (!id) return std::nullopt;
  return find(tx, *id);
}

bool plan_night(db::Tx& tx, Date night) {
  return tx.execute("INSERT INTO matching_nights (night) VALUES ($1) ON CONFLICT (night) DO NOTHING", {to_text(night)}) > 0;
}

bool has_night(db::Tx& tx, const Id<"authority">& authority, Date night) {
  return tx.number("SELECT COUNT(*) FROM matching_runs WHERE authority = $1 AND night = $2", {authority, to_text(night)}) > 0;
}

void forget_before(db::Tx& tx, Timestamp before) {
  static constexpr std::string_view old_runs = " IN (SELECT id FROM matching_runs WHERE created < $1)";
  static constexpr std::string_view old_groups =
      " IN (SELECT g.id FROM matching_groups g JOIN matching_runs r ON r.id = g.matching_run WHERE r.created < $1)";
  const auto forget = [&](std::string_view table, std::string_view column, std::string_view which) {
    tx.execute("DELETE FROM " + std::string(table) + " WHERE " + std::string(column) + std::string(which), {before});
  };
  for (const auto* table : {"matching_group_families", "matching_group_reasons", "matching_group_terms"}) {
    forget(table, "group_id", old_groups);
  }
  for (const auto* table : {"matching_groups", "matching_left_out", "matching_changes", "matching_unmet_families",
                            "matching_unmet"}) {
    forget(table, "matching_run", old_runs);
  }
  tx.execute("DELETE FROM matching_runs WHERE created < $1", {before});
  tx.execute("DELETE FROM matching_nights WHERE night < $1", {to_text(day_of(before))});
}

}  // namespace cp::matching::store
