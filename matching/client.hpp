// What other services ask of matching.
#pragma once

#include "shared/json/wire.hpp"
#include "shared/net/transport.hpp"

namespace cp::matching {

/// A proposed group as a pool takes it over.
struct ProposedGroup {
  Id<"authority"> authority;
  Id<"offer"> offer;
  Id<"run"> run;
  std::vector<Id<"family">> families;
  std::vector<std::string> reasons;
};
constexpr auto wire(const ProposedGroup*) {
  return json::object("ProposedGroup",
                      json::field("authority", &ProposedGroup::authority, "Whose families these are."),
                      json::field("offer", &ProposedGroup::offer, "What they would buy."),
                      json::field("run", &ProposedGroup::run, "When."),
                      json::field("families", &ProposedGroup::families, "The group."),
                      json::field("reasons", &ProposedGroup::reasons, "Why this group."));
}

class Client {
 public:
  explicit Client(net::Transport& transport) : transport_(transport) {}

  Task<Result<ProposedGroup>> group(Id<"matching_run"> run, Id<"group"> group) {
    co_return co_await net::call<ProposedGroup>(
        transport_, "matching", http::Method::get,
        "/internal/matching/runs/" + run.text() + "/groups/" + group.text());
  }

 private:
  net::Transport& transport_;
};

}  // namespace cp::matching
