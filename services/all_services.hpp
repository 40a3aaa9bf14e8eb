// Every service of the program, in the order they start: a service comes after those it asks.
#pragma once

#include "matching/service.hpp"
#include "payments/service.hpp"
#include "services/catalogue/service.hpp"
#include "services/families/service.hpp"
#include "services/forum/service.hpp"
#include "services/identity/service.hpp"
#include "services/pools/service.hpp"
#include "services/reports/service.hpp"
#include "shared/app/application.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace cp {

inline std::vector<app::Service> all_services() {
  return {identity::service(), families::service(), catalogue::service(), forum::service(),
          payments::service(), pools::service(),    matching::service(),  reports::service()};
}

/// Those that `serve` names. Where identity is not among them, the process asks the one that has it
/// who people are.
inline std::vector<app::Service> services_to_serve(std::string_view serve) {
  auto chosen = app::choose(all_services(), serve);
  const auto is_identity = [](const app::Service& service) { return service.name == "identity"; };
  if (std::none_of(chosen.begin(), chosen.end(), is_identity)) {
    const auto start = [](app::Context& context) -> std::shared_ptr<void> {
      identity::authenticate_remotely(context);
      return nullptr;
    };
    chosen.insert(chosen.begin(), app::Service{"identity-elsewhere", {}, start});
  }
  return chosen;
}

}  // namespace cp
