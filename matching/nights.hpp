// Looks for groups every night, for each authority in which families look for one, and forgets runs that are old.
// What is planned is in the outbox, so that one process does it, and a night that nobody was up for is made good.
#pragma once

#include "matching/finder.hpp"

namespace cp::matching {

class Nights {
 public:
  Nights(app::Context& context, Finder& finder);

 private:
  Task<Result<Done>> begin(const db::Message& message);
  Task<Result<Done>> look(const db::Message& message);
  /// The first night that begins after `now`, once however often it is planned; false where it was.
  bool plan(db::Tx& tx, Timestamp now);

  app::Context& context_;
  Finder& finder_;
  families::Client families_;
};

/// The first time after `now` at which `minute` of a day (UTC) begins.
Timestamp next_night(Timestamp now, std::int64_t minute);

}  // namespace cp::matching
