// What those who run the program ask it: is it alive, is it ready, how is it doing, what can it do.
#pragma once

#include "shared/core/metrics.hpp"
#include "shared/http/router.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cp::http {

/// `GET /healthz`: the process answers. The same answer, for `Server::answer_always`.
Response health_answer();
void add_health(Router& router);

/// Whether a part can serve now: called, on an I/O thread, for every `/readyz`; does not block.
struct ReadyCheck {
  std::string name;
  std::function<bool()> ready;
};
/// `GET /readyz`: 200 when every check is true, else a 503 problem that names those that are not. The checks are of
/// the caller, outlive the router's last request, and may be added to before the first.
void add_readiness(Router& router, const std::vector<ReadyCheck>& checks);

/// `GET /metrics` in Prometheus's text format.
void add_metrics(Router& router, const metrics::Registry& registry);

/// `GET /openapi.json`: made at its first request, when every route is there, and kept.
void add_openapi(Router& router, std::string title, std::string version);

/// The table of routes, a line each: verb, path, access, summary.
std::string routes_text(const Router& router);
/// `GET /v1/_routes`: the same, so that anybody can audit who may call what.
void add_routes_listing(Router& router);

}  // namespace cp::http
