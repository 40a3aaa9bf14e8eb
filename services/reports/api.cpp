#include "services/reports/api.hpp"

#include "services/reports/service.hpp"

namespace cp::reports {

Task<Result<http::Answer<MarketReport>>> ReportsApi::market(http::Request&, MarketQuery query) {
  auto counted = co_await catalogue_.market(query.authority);
  if (!counted) co_return counted.error();
  MarketReport report;
  report.authority = std::move(counted->authority);
  report.total = counted->total;
  for (auto& row : counted->rows) report.rows.push_back({std::move(row.type), row.tier, row.count});
  co_return report;
}

ReportsApi::ReportsApi(app::Context& context) : catalogue_(context.transport) {
  context.router.add({http::Method::get, "/v1/reports/market", http::anyone(),
                      "The short breaks that authorities mapped, counted by type and tier."},
                     this, &ReportsApi::market);
}

app::Service service() {
  // Nothing is stored here, so there is no schema.
  return {"reports", {"reports", ""}, [](app::Context& context) -> std::shared_ptr<void> {
            return std::make_shared<ReportsApi>(context);
          }};
}

}  // namespace cp::reports
