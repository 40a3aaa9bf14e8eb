// What other services may know of pools: which places of runs are taken and when families are busy.
#pragma once

#include "services/pools/model.hpp"
#include "shared/json/wire.hpp"
#include "shared/net/transport.hpp"

namespace cp::pools {

struct CommitmentsQuery {
  Id<"authority"> authority;
  std::vector<Id<"run">> runs;
};
constexpr auto wire(const CommitmentsQuery*) {
  return json::object(
      "PoolCommitmentsQuery",
      json::field("authority", &CommitmentsQuery::authority, "Whose families are asked about."),
      json::field("runs", &CommitmentsQuery::runs, "The runs that are asked about.", json::between(0, 100'000)));
}

/// Children whose pools hold places of a run, whatever their authority.
struct TakenPlaces {
  Id<"run"> run;
  std::int64_t children = 0;
};
constexpr auto wire(const TakenPlaces*) {
  return json::object("PoolTakenPlaces", json::field("run", &TakenPlaces::run, "The run."),
                      json::field("children", &TakenPlaces::children, "Places that are not free."));
}

/// A time of the week that a family has given to a pool that is not over.
struct BusyTime {
  Id<"family"> family;
  std::int64_t weekday = 1, from_minute = 0, to_minute = 0;
};
constexpr auto wire(const BusyTime*) {
  return json::object("PoolBusyTime", json::field("family", &BusyTime::family, "The family."),
                      json::field("weekday", &BusyTime::weekday, "1 is Monday."),
                      json::field("from_minute", &BusyTime::from_minute, "After midnight."),
                      json::field("to_minute", &BusyTime::to_minute, "After midnight."));
}

struct Commitments {
  std::vector<TakenPlaces> taken;
  std::vector<BusyTime> busy;
};
constexpr auto wire(const Commitments*) {
  return json::object(
      "PoolCommitments",
      json::field("taken", &Commitments::taken, "Runs with places taken.", json::between(0, 100'000)),
      json::field("busy", &Commitments::busy, "When families are busy.", json::between(0, 1'000'000)));
}

struct GroupsQuery {
  std::vector<Id<"group">> groups;
};
constexpr auto wire(const GroupsQuery*) {
  return json::object("PoolGroupsQuery", json::field("groups", &GroupsQuery::groups, "Groups that matching proposed.",
                                                     json::between(0, 100'000)));
}
struct GroupPool {
  Id<"group"> group;
  Id<"pool"> pool;
};
constexpr auto wire(const GroupPool*) {
  return json::object("PoolOfGroup", json::field("group", &GroupPool::group, "The proposed group."),
                      json::field("pool", &GroupPool::pool, "The pool that came of it."));
}
struct GroupPools {
  std::vector<GroupPool> items;
};
constexpr auto wire(const GroupPools*) {
  return json::object("PoolsOfGroups", json::field("items", &GroupPools::items, "Groups that were confirmed.",
                                                   json::between(0, 100'000)));
}

class Client {
 public:
  explicit Client(net::Transport& transport) : transport_(transport) {}

  Task<Result<Commitments>> commitments(const CommitmentsQuery& query) {
    co_return co_await net::call<Commitments>(transport_, "pools", http::Method::post,
                                              "/internal/pools/commitments", json::write(query));
  }

  /// Which of the proposed groups were confirmed, and by which pools that did not come to nothing.
  Task<Result<GroupPools>> of_groups(const GroupsQuery& query) {
    co_return co_await net::call<GroupPools>(transport_, "pools", http::Method::post, "/internal/pools/of-groups",
                                             json::write(query));
  }

 private:
  net::Transport& transport_;
};

}  // namespace cp::pools
