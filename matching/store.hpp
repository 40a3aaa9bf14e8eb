// Matching runs in the database: what was proposed, to whom, and why others were left out.
#pragma once

#include "matching/what_if.hpp"
#include "shared/db/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::matching {

struct StoredShare {
  Id<"family"> family;
  std::int64_t children = 1;
  Money share;                 // of the whole run, at most
  std::optional<Money> alone;  // empty where the offer cannot be bought alone
};

/// A part of a group's score, from 0 to 1,000 thousandths.
struct StoredTerm {
  std::string name;
  std::int64_t thousandths = 0;
};

struct StoredGroup {
  Id<"group"> id;
  Id<"offer"> offer;
  std::string offer_title;
  Id<"run"> run;
  std::int64_t weekday = 1, from_minute = 0, to_minute = 0, sessions = 1;
  std::int64_t score = 0;
  std::vector<StoredShare> families;
  std::vector<std::string> reasons;
  std::vector<StoredTerm> terms;
};

struct StoredLeftOut {
  Id<"family"> family;
  std::string code;
  std::string text;
  std::string what_would_help;
};

/// A group without an offer yet.
struct StoredUnmet {
  std::string activity_type;
  double latitude = 0, longitude = 0, within_miles = 0;  // all of them live so near the middle of them
  std::int64_t weekday = 1, from_minute = 0, to_minute = 0;
  std::int64_t children = 0, age_min = 0, age_max = 0;
  std::string text;
  std::vector<Id<"family">> families;
};

struct StoredRun {
  Id<"matching_run"> id;
  Id<"authority"> authority;
  Timestamp created = {};
  std::int64_t families = 0;
  std::int64_t offers = 0;
  std::int64_t took_ms = 0;
  std::optional<std::string> activity_type;     // empty: every kind
  std::optional<Id<"matching_run">> from;       // the run in which `changes` were tried out
  std::vector<Change> changes;                  // those of `from`, then those of this run
  std::int64_t score = 0;
  std::optional<std::int64_t> bound;            // no arrangement scores more; empty: not worked out
  std::vector<StoredGroup> groups;
  std::vector<StoredLeftOut> left_out;
  std::vector<StoredUnmet> unmet = {};
  std::optional<Date> night = {};  // looked for by itself in this night
  /// No move that all concerned agree on is left, and so many families would rather be where it costs others more; empty:
  /// such moves may be left.
  std::optional<std::int64_t> rather_elsewhere = {};
};

}  // namespace cp::matching

namespace cp::matching::store {

void insert(db::Tx& tx, const StoredRun& run);
std::optional<StoredRun> find(db::Tx& tx, const Id<"matching_run">& id);

/// The runs of an authority, newest first, without their groups; `before` is the last one of the
/// page before.
struct Before {
  Timestamp created = {};
  Id<"matching_run"> id;
};
std::vector<StoredRun> list(db::Tx& tx, const Id<"authority">& authority, const std::optional<Before>& before,
                            std::int64_t limit);

/// The newest run that looked at the family, since the newest one for every kind of break.
std::optional<StoredRun> newest_of(db::Tx& tx, const Id<"authority">& authority, const Id<"family">& family);

/// Once for each night: false where it is planned already.
bool plan_night(db::Tx& tx, Date night);
bool has_night(db::Tx& tx, const Id<"authority">& authority, Date night);
/// Forgets runs that are older, and nights.
void forget_before(db::Tx& tx, Timestamp before);

}  // namespace cp::matching::store
