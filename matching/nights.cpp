#include "matching/nights.hpp"

#include "shared/core/log.hpp"
#include "shared/db/outbox.hpp"

#include <chrono>

namespace cp::matching {
namespace {

constexpr std::string_view night_command = "matching.night";
constexpr std::string_view look_command = "matching.look";
/// As `matching.night_minute`: no nights.
constexpr std::int64_t never = 1'440;

struct Night {
  Date date = {};
};
constexpr auto wire(const Night*) {
  return json::object("MatchingNight", json::field("date", &Night::date, "The night, by the day on which it begins."));
}

struct Look {
  Date night = {};
  Id<"authority"> authority;
};
constexpr auto wire(const Look*) {
  return json::object("MatchingLook", json::field("night", &Look::night, "Which night."),
                      json::field("authority", &Look::authority, "For whose families."));
}

/// A later try may do better: somebody was away, or too busy.
bool passes(const Error& error) {
  return error.kind == ErrorKind::unavailable || error.kind == ErrorKind::rate_limited ||
         error.kind == ErrorKind::internal;
}

}  // namespace

Timestamp next_night(Timestamp now, std::int64_t minute) {
  const auto today = std::chrono::sys_days(day_of(now));
  const auto at = [&](std::chrono::sys_days day) { return Timestamp(day + std::chrono::minutes(minute)); };
  return at(today) > now ? at(today) : at(today + std::chrono::days(1));
}

Nights::Nights(app::Context& context, Finder& finder)
    : context_(context), finder_(finder), families_(context.transport) {
  context_.outbox.on_command(std::string(night_command), [this](const db::Message& message) { return begin(message); });
  context_.outbox.on_command(std::string(look_command), [this](const db::Message& message) { return look(message); });
  context_.database.write_now([&](db::Tx& tx) { plan(tx, context_.clock.now()); });
}

bool Nights::plan(db::Tx& tx, Timestamp now) {
  if (context_.config.matching_night_minute >= never) return false;
  const auto due = next_night(now, context_.config.matching_night_minute);
  const Night night{day_of(due)};
  if (!store::plan_night(tx, night.date)) return false;
  db::outbox::put(tx, {context_.ids.make<"message">(now), db::MessageKind::command, std::string(night_command),
                       json::write(night), now}, due);
  return true;
}

Task<Result<Done>> Nights::begin(const db::Message& message) {
  const auto night = json::read_own<Night>(message.body);
  if (!night) co_return night.error();
  const auto authorities = co_await families_.looking_authorities();
  if (!authorities) co_return authorities.error();
  const auto now = context_.clock.now();
  auto work = [&](db::Tx& tx) -> Result<Done> {
    // The next night is planned with this one's orders: where it is, they have gone out.
    if (!plan(tx, now)) return Done{};
    for (const auto& authority : *authorities) {
      db::outbox::put(tx, {context_.ids.make<"message">(now), db::MessageKind::command, std::string(look_command),
                           json::write(Look{night->date, authority}), now});
    }
    store::forget_before(tx, now - std::chrono::days(context_.config.matching_keep_days));
    return Done{};
  };
  auto done = co_await context_.database.write(work);
  context_.outbox.look();
  co_return done;
}

Task<Result<Done>> Nights::look(const db::Message& message) {
  const auto order = json::read_own<Look>(message.body);
  if (!order) co_return order.error();
  Question question{order->authority};
  auto run = co_await finder_.look(std::move(question));
  if (!run && passes(run.error())) co_return run.error();
  if (!run) {
    log::warning("matching-night-refused", {{"code", run.error().code}});
    co_return Done{};
  }
  run->night = order->night;
  auto work = [&](db::Tx& tx) -> Result<Done> {
    if (run->families > 0 && run->offers > 0 && !store::has_night(tx, order->authority, order->night)) {
      store::insert(tx, *run);
    }
    return Done{};
  };
  co_return co_await context_.database.write(work);
}

}  // namespace cp::matching
