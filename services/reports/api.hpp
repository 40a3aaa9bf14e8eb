// The routes of reports: counts over what other services hold, asked of them.
#pragma once

#include "services/catalogue/client.hpp"
#include "services/reports/wire.hpp"
#include "shared/app/service.hpp"
#include "shared/http/router.hpp"

namespace cp::reports {

class ReportsApi {
 public:
  explicit ReportsApi(app::Context& context);

 private:
  Task<Result<http::Answer<MarketReport>>> market(http::Request& request, MarketQuery query);

  catalogue::Client catalogue_;
};

}  // namespace cp::reports
