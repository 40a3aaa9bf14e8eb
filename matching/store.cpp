#include "matching/store.hpp"

#include <map>

namespace cp::matching::store {
namespace {

constexpr std::string_view run_columns =
    "SELECT id, authority, created, families, offers, took_ms, activity_type, from_run, score, bound "
    "FROM matching_runs ";

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
      "bound) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      {run.id, run.authority, run.created, run.families, run.offers, run.took_ms, run.activity_type, run.from,
       run.score, run.bound});
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

}  // namespace cp::matching::store
