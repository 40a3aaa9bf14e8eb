#include "shared/http/operations.hpp"

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
  const auto answer = [&checks](Request&) -> Task<Response> {
    Response response;
    bool all = true;
    std::string list;
    for (const auto& check : checks) {
      const bool ready = check.ready();
      all = all && ready;
      if (!list.empty()) list += ',';
      json::append_text(list, check.name);
      list += ready ? ":true" : ":false";
    }
    response.body = (all ? R"({"ready":true,"checks":{)" : R"({"ready":false,"checks":{)") + list + "}}";
    if (!all) {
      response.status = 503;
      response.headers.emplace_back("Retry-After", "2");
    }
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
  router.add_raw({Method::get, "/metrics", anyone(), "Counts and times, for Prometheus."}, answer);
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

}  // namespace cp::http
