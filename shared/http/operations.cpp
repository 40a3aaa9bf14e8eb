#include "shared/http/operations.hpp"

#include <algorithm>
#include <memory>
#include <mutex>

namespace cp::http {

Response health_answer() {
  Response response;
  response.body = R"({"status":"alive"})";
  return response;
}

void add_health(Router& router) {
  const auto answer = [](Request&) -> Task<Response> { co_return health_answer(); };
  router.add_raw({Method::get, "/healthz", anyone(), "Whether the process is alive."}, answer);
}

void add_readiness(Router& router, const std::vector<ReadyCheck>& checks) {
  const auto answer = [&checks](Request& request) -> Task<Response> {
    Error missing = unavailable("Not every part is ready yet. Try again in a few seconds.");
    Response response;
    for (const auto& check : checks) {
      const bool ready = check.ready();
      if (!ready) missing.extras.emplace_back(check.name, "not ready");
      response.body += response.body.empty() ? "" : ",";
      json::append_text(response.body, check.name);
      response.body += R"(:"ready")";
    }
    response.body = R"({"status":"ready","checks":{)" + response.body + "}}";
    if (!missing.extras.empty()) co_return problem(missing, request.request_id);
    co_return response;
  };
  router.add_raw({Method::get, "/readyz", anyone(), "Whether every part can serve now."}, answer);
}

void add_metrics(Router& router, const metrics::Registry& registry) {
  const auto answer = [&registry](Request&) -> Task<Response> {
    Response response;
    response.content_type = "text/plain; version=0.0.4";
    response.body = registry.text();
    co_return response;
  };
  router.add_raw({Method::get, "/metrics", anyone(), "Counts and times, for Prometheus."}, answer,
                 "text/plain; version=0.0.4");
}

void add_openapi(Router& router, std::string title, std::string version) {
  struct Kept {
    std::string title, version;
    std::once_flag once;
    std::shared_ptr<const std::string> text;
  };
  auto kept = std::make_shared<Kept>();
  kept->title = std::move(title);
  kept->version = std::move(version);
  const auto answer = [kept, &router](Request&) -> Task<Response> {
    std::call_once(kept->once, [&] {
      kept->text = std::make_shared<const std::string>(router.openapi(kept->title, kept->version));
    });
    Response response;
    response.shared_body = kept->text;
    co_return response;
  };
  router.add_raw({Method::get, "/openapi.json", anyone(), "This description."}, answer);
}

std::string routes_text(const Router& router) {
  std::string text;
  for (const auto& route : router.routes()) {
    auto line = std::string(name(route.doc.method));
    line.resize(std::max<std::size_t>(line.size(), 7), ' ');
    line += route.doc.path;
    line.resize(std::max<std::size_t>(line.size() + 1, 56), ' ');
    line += route.doc.access.text();
    line.resize(std::max<std::size_t>(line.size() + 1, 84), ' ');
    text += line + route.doc.summary + "\n";
  }
  return text;
}

void add_routes_listing(Router& router) {
  auto listing = [&router](Request&) -> Task<Response> {
    Response response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = routes_text(router);
    co_return response;
  };
  router.add_raw({Method::get, "/v1/_routes", anyone(), "This table: every route and who may call it."},
                 std::move(listing), "text/plain");
}

}  // namespace cp::http
