// What reports look like on the wire.
#pragma once

#include "services/catalogue/wire.hpp"
#include "shared/json/wire.hpp"

namespace cp::reports {

struct MarketQuery {
  std::optional<std::string> authority;
};
constexpr auto wire(const MarketQuery*) {
  return json::object("MarketQuery", json::field("authority", &MarketQuery::authority,
                                                 "An authority's id, name or short name. Left out: all.",
                                                 json::between(1, 120)));
}

struct MarketReportRow {
  std::string type;
  catalogue::ServiceTier tier = catalogue::ServiceTier::published;
  std::int64_t count = 0;
};
constexpr auto wire(const MarketReportRow*) {
  return json::object("MarketReportRow",
                      json::field("type", &MarketReportRow::type, "The kind of short break."),
                      json::field("tier", &MarketReportRow::tier, "By which route families reach it."),
                      json::field("count", &MarketReportRow::count, "Services."));
}

struct MarketReport {
  std::optional<std::string> authority;
  std::int64_t total = 0;
  std::vector<MarketReportRow> rows;
};
constexpr auto wire(const MarketReport*) {
  return json::object("MarketReport",
                      json::field("authority", &MarketReport::authority, "Its name; empty for all."),
                      json::field("total", &MarketReport::total, "Services: the sum of the counts."),
                      json::field("rows", &MarketReport::rows, "By type and tier; none is zero."));
}

}  // namespace cp::reports
